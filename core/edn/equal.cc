#include "core/edn/equal.h"

#include <algorithm>
#include <bit>
#include <random>

#include "core/base/instant.h"
#include "core/edn/numbers.h"
#include "core/edn/tape.h"

namespace clogs::edn {

namespace {

// Up to this many elements are compared in pairs; a sort costs more.
constexpr size_t pairs_max = 16;
// Up to this many are checked for duplicates without allocating.
constexpr size_t few_max = 32;

uint64_t mix(uint64_t a, uint64_t b) {
  __uint128_t product = static_cast<__uint128_t>(a ^ 0x9E3779B97F4A7C15) * (b ^ 0xD1B54A32D192ED03);
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

uint64_t load(const char* bytes, size_t count) {
  uint64_t word = 0;
  __builtin_memcpy(&word, bytes, count);
  return word;
}

uint64_t hash_text(std::string_view text, uint64_t seed) {
  uint64_t hash = mix(seed, text.size());
  size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) hash = mix(hash, seed ^ load(text.data() + at, 8));
  return at == text.size() ? hash : mix(hash, seed ^ load(text.data() + at, text.size() - at));
}

// What hashes start from. Keys are checked for duplicates with a seed of the process, which whoever
// sent them cannot know.
struct Seed {
  uint64_t word;
  uint64_t prime;
};
constexpr Seed public_seed{0, known_prime};

Seed process_seed() {
  static const Seed seed = [] {
    std::random_device device;
    uint64_t word = (uint64_t{device()} << 32) | device();
    return Seed{word, prime_near((uint64_t{device()} << 32) | device())};
  }();
  return seed;
}

// What compares as the same category: 1 = 1N = 2/2, lists and vectors.
uint64_t category(Kind kind) {
  switch (kind) {
    case Kind::big_integer:
    case Kind::ratio:
      return static_cast<uint64_t>(Kind::integer);
    case Kind::list:
      return static_cast<uint64_t>(Kind::vector);
    default:
      return static_cast<uint64_t>(kind);
  }
}

uint64_t hash_atom(View view, const Seed& seed) {
  const uint64_t word = mix(seed.word, category(view.kind()));
  switch (view.kind()) {
    case Kind::nil:
      return word;
    case Kind::boolean:
      return mix(word, view.truth() ? 1 : 2);
    case Kind::integer:
    case Kind::big_integer:
    case Kind::ratio:
      return mix(word, rational_residue(view.text(), seed.prime));
    case Kind::floating: {
      double value = *view.as_double();
      return mix(word, std::bit_cast<uint64_t>(value == 0 ? 0.0 : value));
    }
    case Kind::decimal:
      return hash_text(normal_decimal(view.text()), word);
    case Kind::inst: {
      Result<Instant> instant = parse_inst(view.text());
      if (!instant.ok()) return hash_text(view.text(), word);
      return mix(mix(word, static_cast<uint64_t>(instant->seconds)),
                 static_cast<uint64_t>(instant->nanos));
    }
    case Kind::uuid:
      return hash_text(normal_uuid(view.text()), word);
    default:
      return hash_text(view.text(), word);
  }
}

Seed with_tag(View view, const Seed& seed) {
  return {hash_text(view.text(), seed.word), seed.prime};
}

// Of a collection only its size, so that nested keys are not walked again at every level.
uint64_t shallow_hash(View view, const Seed& seed) {
  if (is_collection(view.kind())) {
    return mix(mix(seed.word, category(view.kind())), view.node()->nodes);
  }
  if (view.is(Kind::tagged)) return shallow_hash(view.tagged_value(), with_tag(view, seed));
  return hash_atom(view, seed);
}

uint64_t deep_hash(View view, const Seed& seed) {
  if (view.is(Kind::tagged)) return deep_hash(view.tagged_value(), with_tag(view, seed));
  if (!is_collection(view.kind())) return hash_atom(view, seed);
  uint64_t hash = mix(mix(seed.word, category(view.kind())), view.size());
  if (view.is(Kind::set)) {
    uint64_t sum = 0;
    for (View item : view) sum += deep_hash(item, seed);
    return mix(hash, sum);
  }
  if (view.is(Kind::map)) {
    uint64_t sum = 0;
    for (auto it = view.begin(); it != view.end(); ++it) {
      uint64_t key = deep_hash(*it, seed);
      sum += mix(key, deep_hash(*++it, seed));
    }
    return mix(hash, sum);
  }
  for (View item : view) hash = mix(hash, deep_hash(item, seed));
  return hash;
}

bool equal_atoms(View a, View b) {
  if (a.text() == b.text() && a.kind() == b.kind()) return a.truth() == b.truth();
  switch (a.kind()) {
    case Kind::integer:
    case Kind::big_integer:
    case Kind::ratio:
      return equal_rationals(a.text(), b.text());
    case Kind::floating: {
      double left = *a.as_double();
      double right = *b.as_double();
      return left == right || (left != left && right != right);
    }
    case Kind::decimal:
      return normal_decimal(a.text()) == normal_decimal(b.text());
    case Kind::inst: {
      Result<Instant> left = parse_inst(a.text());
      Result<Instant> right = parse_inst(b.text());
      return left.ok() && right.ok() && *left == *right;
    }
    case Kind::uuid:
      return normal_uuid(a.text()) == normal_uuid(b.text());
    default:
      return false;
  }
}

bool equal_in_order(View a, View b) {
  if (a.size() != b.size()) return false;
  auto right = b.begin();
  for (View item : a) {
    if (!equal(item, *right)) return false;
    ++right;
  }
  return true;
}

struct Keyed {
  uint64_t hash;
  const Node* key;
};

// The keys of a map or elements of a set, by hash.
std::vector<Keyed> keyed(View collection, const Seed& seed) {
  std::vector<Keyed> keys;
  keys.reserve(collection.size());
  const Node* end = collection.next();
  for (const Node* key = collection.node() + 1; key != end;) {
    keys.push_back({shallow_hash(View(key), seed), key});
    key = View(key).next();
    if (collection.is(Kind::map)) key = View(key).next();
  }
  return keys;
}

bool by_hash(const Keyed& a, const Keyed& b) { return a.hash < b.hash; }

bool is_atom(Kind kind) { return !is_collection(kind) && kind != Kind::tagged; }

// Elements of equal shallow hash get deep ones, but for a few atoms. Collections always do:
// comparing pairs of nested sets would cost the square of their size.
void sort_by_hash(std::vector<Keyed>& keys, const Seed& seed) {
  std::sort(keys.begin(), keys.end(), by_hash);
  for (size_t from = 0; from < keys.size();) {
    size_t to = from + 1;
    while (to < keys.size() && keys[to].hash == keys[from].hash) ++to;
    if (to - from > pairs_max || (to - from > 1 && !is_atom(View(keys[from].key).kind()))) {
      for (size_t i = from; i < to; ++i) {
        keys[i].hash = mix(keys[i].hash, deep_hash(View(keys[i].key), seed));
      }
    }
    from = to;
  }
  std::sort(keys.begin(), keys.end(), by_hash);
}

// The element of `keys` equal to `key`, which has `hash`.
const Node* lookup(const std::vector<Keyed>& keys, const Keyed& wanted) {
  auto [from, to] = std::equal_range(keys.begin(), keys.end(), wanted, by_hash);
  for (; from != to; ++from) {
    if (equal(View(from->key), View(wanted.key))) return from->key;
  }
  return nullptr;
}

bool equal_unordered(View a, View b) {
  if (a.size() != b.size()) return false;
  const Seed seed = process_seed();
  std::vector<Keyed> left = keyed(a, seed);
  std::vector<Keyed> right = keyed(b, seed);
  sort_by_hash(left, seed);
  sort_by_hash(right, seed);
  for (const Keyed& key : left) {
    const Node* other = lookup(right, key);
    if (other == nullptr) return false;
    if (a.is(Kind::map) && !equal(View(View(key.key).next()), View(View(other).next()))) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool equal(View a, View b) {
  if (category(a.kind()) != category(b.kind())) return false;
  if (is_collection(a.kind())) {
    // Equal values have equally many nodes.
    if (a.node()->nodes != b.node()->nodes) return false;
    bool ordered = category(a.kind()) == category(Kind::vector);
    return ordered ? equal_in_order(a, b) : equal_unordered(a, b);
  }
  if (a.is(Kind::tagged)) {
    return a.text() == b.text() && equal(a.tagged_value(), b.tagged_value());
  }
  return equal_atoms(a, b);
}

uint64_t hash(View view) { return deep_hash(view, public_seed); }

namespace {

// Of text only both ends: a few keys that collide are compared.
uint64_t quick_hash(const Node& key, const Seed& seed) {
  if (key.kind != Kind::keyword && key.kind != Kind::string && key.kind != Kind::symbol) {
    return shallow_hash(View(&key), seed);
  }
  size_t size = key.length;
  const uint64_t word = seed.word ^ (uint64_t{size} << 8) ^ static_cast<uint64_t>(key.kind);
  if (size >= 8) return mix(load(key.text, 8) ^ word, load(key.text + size - 8, 8));
  if (size >= 4) return mix(load(key.text, 4) ^ word, load(key.text + size - 4, 4));
  uint64_t bytes = 0;
  for (size_t i = 0; i < size; ++i) bytes = (bytes << 8) | static_cast<uint8_t>(key.text[i]);
  return mix(bytes ^ word, size);
}

View find_duplicate_of_many(View collection, const Seed& seed) {
  std::vector<Keyed> keys = keyed(collection, seed);
  sort_by_hash(keys, seed);
  for (size_t i = 0; i < keys.size(); ++i) {
    for (size_t j = i + 1; j < keys.size() && keys[j].hash == keys[i].hash; ++j) {
      if (equal(View(keys[i].key), View(keys[j].key))) {
        return View(std::max(keys[i].key, keys[j].key));
      }
    }
  }
  return {};
}

}  // namespace

View find_duplicate(View collection) {
  size_t count = collection.size();
  if (count < 2) return {};
  const Seed seed = process_seed();
  if (count > few_max) return find_duplicate_of_many(collection, seed);
  const bool map = collection.is(Kind::map);
  Keyed keys[few_max];
  uint64_t seen = 0;  // a bit for six bits of each hash so far
  const Node* key = collection.node() + 1;
  for (size_t i = 0; i < count; ++i) {
    uint64_t hash = quick_hash(*key, seed);
    keys[i] = {hash, key};
    uint64_t bit = uint64_t{1} << (hash >> 58);
    for (size_t j = 0; (seen & bit) != 0 && j < i; ++j) {
      if (keys[j].hash != hash) continue;
      if (!is_atom(key->kind)) return find_duplicate_of_many(collection, seed);
      if (equal(View(keys[j].key), View(key))) return View(key);
    }
    seen |= bit;
    key = View(key).next();
    if (map) key = View(key).next();
  }
  return {};
}

}  // namespace clogs::edn
