#include "core/edn/tape.h"

#include <charconv>
#include <cstring>
#include <utility>

#include "core/base/instant.h"
#include "core/edn/numbers.h"
#include "core/edn/value.h"

namespace clogs::edn {

namespace {

// Small, because an answer may keep a tape a row; both double, and a tape that is used again keeps
// what it grew to.
constexpr size_t first_nodes = 4;
constexpr size_t first_chunk_bytes = 64;

}  // namespace

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::nil:
      return "nil";
    case Kind::boolean:
      return "boolean";
    case Kind::integer:
      return "integer";
    case Kind::big_integer:
      return "big-integer";
    case Kind::floating:
      return "float";
    case Kind::decimal:
      return "decimal";
    case Kind::ratio:
      return "ratio";
    case Kind::character:
      return "character";
    case Kind::string:
      return "string";
    case Kind::keyword:
      return "keyword";
    case Kind::symbol:
      return "symbol";
    case Kind::list:
      return "list";
    case Kind::vector:
      return "vector";
    case Kind::map:
      return "map";
    case Kind::set:
      return "set";
    case Kind::inst:
      return "inst";
    case Kind::uuid:
      return "uuid";
    case Kind::tagged:
      return "tagged";
  }
  return "unknown";
}

std::optional<int64_t> View::as_int64() const {
  if (!is(Kind::integer) && !is(Kind::big_integer)) return std::nullopt;
  return integer_text_to_int64(text());
}

std::optional<double> View::as_double() const {
  if (node_ == nullptr || !is_number(node_->kind)) return std::nullopt;
  return number_text_to_double(node_->kind, text());
}

View View::find(std::string_view name) const {
  if (!is(Kind::map)) return {};
  View by_string;
  const Node* end = next();
  for (const Node* key = node_ + 1; key != end;) {
    const Node* value = View(key).next();
    if (key->length == name.size() && (key->kind == Kind::keyword || key->kind == Kind::string) &&
        std::memcmp(key->text, name.data(), name.size()) == 0) {
      if (key->kind == Kind::keyword) return View(value);
      by_string = View(value);
    }
    key = View(value).next();
  }
  return by_string;
}

void Tape::clear() {
  // The last chunk is as large as all before it: one that is used again needs no other.
  if (chunks_.size() > 1) chunks_.erase(chunks_.begin(), chunks_.end() - 1);
  size_ = 0;
  chunk_ = 0;
  used_ = 0;
}

size_t Tape::memory_bytes() const {
  size_t bytes = capacity_ * sizeof(Node);
  for (const Chunk& chunk : chunks_) bytes += chunk.capacity;
  return bytes;
}

void Tape::grow() {
  size_t capacity = capacity_ == 0 ? first_nodes : capacity_ * 2;
  auto nodes = std::make_unique_for_overwrite<Node[]>(capacity);
  if (size_ != 0) std::memcpy(nodes.get(), nodes_.get(), size_ * sizeof(Node));
  nodes_ = std::move(nodes);
  capacity_ = capacity;
}

void Tape::swap(Tape& other) noexcept {
  std::swap(nodes_, other.nodes_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
  std::swap(chunks_, other.chunks_);
  std::swap(chunk_, other.chunk_);
  std::swap(used_, other.used_);
}

void Tape::nil() { atom(Kind::nil, {}); }

void Tape::boolean(bool truth) {
  atom(Kind::boolean, {});
  nodes_[size_ - 1].truth = truth;
}

void Tape::integer(int64_t value) {
  char buffer[24];
  auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
  atom(Kind::integer, keep({buffer, static_cast<size_t>(end - buffer)}));
}

void Tape::floating(double value) { atom(Kind::floating, keep(double_to_text(value))); }

void Tape::inst(int64_t unix_nanos) {
  atom(Kind::inst, keep(format_rfc3339(Instant::from_nanos(unix_nanos))));
}

size_t Tape::open(Kind kind) {
  atom(kind, {});
  return size_ - 1;
}

void Tape::close(size_t opened, size_t elements) {
  nodes_[opened].length = static_cast<uint32_t>(elements);
  nodes_[opened].nodes = size_ - opened;
}

void Tape::copy(View view) {
  // By index, because `view` may be of this tape and growing moves it.
  const Node* first = view.node();
  size_t count = static_cast<size_t>(view.next() - first);
  bool own = first >= nodes_.get() && first < nodes_.get() + size_;
  size_t index = own ? static_cast<size_t>(first - nodes_.get()) : 0;
  for (size_t i = 0; i < count; ++i) {
    Node node = own ? nodes_[index + i] : first[i];
    push(node);
  }
}

void Tape::copy_deep(View view) {
  size_t at = size_;
  copy(view);
  for (; at < size_; ++at) {
    Node& node = nodes_[at];
    if (!is_collection(node.kind)) node.text = keep({node.text, node.length}).data();
  }
}

void Tape::copy(const Value& value) {
  if (is_collection(value.kind())) {
    size_t opened = open(value.kind());
    for (const Value& item : value.items()) copy(item);
    close(opened, value.size());
    return;
  }
  atom(value.kind(), keep(value.text()));
  nodes_[size_ - 1].truth = value.truth();
  if (value.is(Kind::tagged)) copy(value[0]);
}

std::string_view Tape::keep(std::string_view text) {
  if (text.empty()) return {};
  std::memcpy(reserve(text.size()), text.data(), text.size());
  return commit(text.size());
}

char* Tape::reserve(size_t bytes) {
  while (chunk_ < chunks_.size()) {
    if (chunks_[chunk_].capacity - used_ >= bytes) return chunks_[chunk_].bytes.get() + used_;
    ++chunk_;
    used_ = 0;
  }
  size_t capacity = chunks_.empty() ? first_chunk_bytes : chunks_.back().capacity * 2;
  if (capacity < bytes) capacity = bytes;
  chunks_.push_back({std::make_unique_for_overwrite<char[]>(capacity), capacity});
  return chunks_.back().bytes.get();
}

std::string_view Tape::commit(size_t bytes) {
  std::string_view text(chunks_[chunk_].bytes.get() + used_, bytes);
  used_ += bytes;
  return text;
}

}  // namespace clogs::edn
