// A tape: EDN values as one flat array of 16-byte nodes in reading order.
//
// The reader writes a tape, everything on the hot path (validation, filters, printing) walks it;
// nothing is allocated per value. Text of a node points into the text that was read, or into the
// tape's own arena where it had to be decoded (escapes). So a Tape must not outlive the text it
// was read from, and a View must not outlive or survive a change of its Tape.
//
// Layout of a form: an atom is one node. A collection is its node followed by its elements' nodes
// (key, value, key, value for a map). A tagged value is its node, whose text is the tag, followed
// by the value's nodes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clogs::edn {

class Value;

enum class Kind : uint8_t {
  nil,
  boolean,
  integer,      // text: digits as sent, with sign if any; may exceed 64 bits
  big_integer,  // text: digits without the final N
  floating,     // text: as sent, or ##Inf ##-Inf ##NaN
  decimal,      // text: digits without the final M
  ratio,        // text: "1/3"
  character,    // text: its UTF-8
  string,       // text: decoded
  keyword,      // text: without the colon, "ns/name" or "name"
  symbol,       // text: "ns/name" or "name"
  list,
  vector,
  map,
  set,
  inst,    // text: what stood between the quotes
  uuid,    // text: what stood between the quotes
  tagged,  // text: the tag without '#'
};

// "integer", "map", ...: as used in error messages and by the query language's :type.
std::string_view kind_name(Kind kind);

struct Node {
  Kind kind;
  bool truth;  // boolean only
  uint16_t reserved;
  uint32_t length;  // atoms and tagged: bytes of text; collections: number of elements (entries
                    // of a map count once)
  union {
    const char* text;  // atoms and tagged
    uint64_t nodes;    // collections: nodes of the whole subtree, this one included
  };
};
static_assert(sizeof(Node) == 16);

inline bool is_collection(Kind kind) {
  return kind == Kind::list || kind == Kind::vector || kind == Kind::map || kind == Kind::set;
}
inline bool is_number(Kind kind) {
  return kind == Kind::integer || kind == Kind::big_integer || kind == Kind::floating ||
         kind == Kind::decimal || kind == Kind::ratio;
}

// One value on a tape. Cheap to copy. A default View is "no value" (`!view`), which is not nil.
class View {
 public:
  View() = default;
  explicit View(const Node* node) : node_(node) {}

  explicit operator bool() const { return node_ != nullptr; }
  Kind kind() const { return node_->kind; }
  bool is(Kind kind) const { return node_ != nullptr && node_->kind == kind; }
  bool is_nil() const { return is(Kind::nil); }
  bool truth() const { return node_->truth; }
  std::string_view text() const { return {node_->text, node_->length}; }
  const Node* node() const { return node_; }

  // Elements of a collection; entries of a map.
  size_t size() const { return node_->length; }
  // The node after this value.
  const Node* next() const {
    if (is_collection(node_->kind)) return node_ + node_->nodes;
    return node_->kind == Kind::tagged ? View(node_ + 1).next() : node_ + 1;
  }

  // The integer if this is one (integer or big_integer) and fits; else empty.
  std::optional<int64_t> as_int64() const;
  // Any number as the nearest double; else empty.
  std::optional<double> as_double() const;

  // The elements of a list, vector or set; of a map, keys and values in turn.
  class Iterator {
   public:
    using value_type = View;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    explicit Iterator(const Node* node) : node_(node) {}
    View operator*() const { return View(node_); }
    Iterator& operator++() {
      node_ = View(node_).next();
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const Node* node_ = nullptr;
  };
  Iterator begin() const { return Iterator(node_ + 1); }
  Iterator end() const { return Iterator(next()); }

  // The value of `tagged`.
  View tagged_value() const { return View(node_ + 1); }
  // A map's value under the keyword `name` (no colon) or, if there is none, under the string
  // `name`.
  View find(std::string_view name) const;

 private:
  const Node* node_ = nullptr;
};

// EDN equality, as Clojure's `=`: by value within a category of numbers (1 = 1N, 1 != 1.0), sets
// and maps whatever their order, lists equal to vectors.
bool equal(View a, View b);
// Consistent with equal().
uint64_t hash(View view);

class Tape {
 public:
  Tape() = default;
  Tape(Tape&& other) noexcept { swap(other); }
  Tape& operator=(Tape&& other) noexcept {
    swap(other);
    return *this;
  }
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  // Forgets the forms; keeps the memory that the same forms would take.
  void clear();
  bool empty() const { return size_ == 0; }
  // Nodes.
  size_t size() const { return size_; }
  // The first form.
  View root() const { return View(nodes_.get()); }
  View at(size_t index) const { return View(nodes_.get() + index); }
  size_t memory_bytes() const;

  // --- building -------------------------------------------------------------------------------
  // Text given to these must outlive the tape, unless it went through keep().
  void nil();
  void boolean(bool truth);
  void atom(Kind kind, std::string_view text) {
    Node node;
    node.kind = kind;
    node.truth = false;
    node.reserved = 0;
    node.length = static_cast<uint32_t>(text.size());
    node.text = text.data();
    push(node);
  }
  void integer(int64_t value);
  void floating(double value);  // shortest text that reads back; ##Inf, ##NaN where needed
  void inst(int64_t unix_nanos);
  // Opens a collection; elements follow; close() with what open() returned.
  size_t open(Kind kind);
  void close(size_t opened, size_t elements);
  // The tag; the value must follow.
  void tag(std::string_view name) { atom(Kind::tagged, name); }
  // Appends a value of any tape, this one included; its text is shared, not copied.
  void copy(View view);
  // Appends a value with its text copied into this tape.
  void copy(const Value& value);
  void copy_deep(View view);
  // Copies text into the arena; the result lives until clear().
  std::string_view keep(std::string_view text);
  // Room for `bytes` of text in the arena, to be filled by the caller; commit() what was used.
  char* reserve(size_t bytes);
  std::string_view commit(size_t bytes);
  // Forgets the nodes from `size` on; the arena keeps their text.
  void truncate(size_t size) { size_ = size; }
  Node& node(size_t index) { return nodes_[index]; }

 private:
  struct Chunk {
    std::unique_ptr<char[]> bytes;
    size_t capacity;
  };
  void push(const Node& node) {
    if (size_ == capacity_) grow();
    nodes_[size_++] = node;
  }
  void grow();
  void swap(Tape& other) noexcept;

  std::unique_ptr<Node[]> nodes_;
  size_t size_ = 0;
  size_t capacity_ = 0;
  std::vector<Chunk> chunks_;
  size_t chunk_ = 0;  // index of the chunk in use
  size_t used_ = 0;   // bytes used of it
};

}  // namespace clogs::edn
