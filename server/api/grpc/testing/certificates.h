// Certificates made for one test: a CA, and what it signs.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace clogs::api::testing {

struct Pem {
  std::string certificate;
  std::string key;
};

class Authority {
 public:
  Authority();
  ~Authority();
  const std::string& certificate() const { return certificate_; }
  // For "localhost" and 127.0.0.1, as server or client.
  Pem issue() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::string certificate_;
};

// A folder of its own, removed at the end.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  // Writes a file and gives its path.
  std::string write(const std::string& name, const std::string& text) const;
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace clogs::api::testing
