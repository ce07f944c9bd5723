// remote.h on libcurl.
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include <curl/curl.h>

#include "server/app/remote/answer.h"
#include "server/app/remote/compress.h"
#include "server/app/remote/events.h"
#include "server/app/remote/remote.h"

namespace clogs::app::remote {
namespace {

using std::chrono::milliseconds;

// Bytes of an answer that is read as a whole: failures, and answers to batches with all their
// rejections.
constexpr size_t whole_answer_bytes_max = size_t{64} << 20;
// A server that sends nothing for so long while it owes an answer is given up. Tails are exempt,
// but for their heartbeats, which come every 15 seconds.
constexpr long silence_seconds_max = 120;
// How soon a wait notices that it is to stop.
constexpr milliseconds stop_interval{100};

struct EasyDelete {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListDelete {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

class Headers {
 public:
  void add(const std::string& line) {
    curl_slist* list = list_.release();
    curl_slist* longer = curl_slist_append(list, line.c_str());
    list_.reset(longer == nullptr ? list : longer);
  }
  curl_slist* get() const { return list_.get(); }

 private:
  std::unique_ptr<curl_slist, ListDelete> list_;
};

// One request with its answer on its way in.
struct Exchange {
  CURL* curl;
  const Stop* stop;
  // Where the body of a 2xx answer goes; without it, into `body`.
  std::function<Status(std::string_view)> consume;
  std::string body;
  Trailers fields;  // of the answer's head and of its trailers, names in lower case
  Status failed;    // what ended the transfer from within

  long status() const {
    long code = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    return code;
  }
  std::string_view field(std::string_view name) const {
    for (const auto& [key, value] : fields) {
      if (key == name) return value;
    }
    return {};
  }
  bool stopped() const { return stop != nullptr && stop->load(); }
};

size_t on_body(char* data, size_t size, size_t count, void* user) {
  Exchange& exchange = *static_cast<Exchange*>(user);
  const std::string_view bytes(data, size * count);
  if (exchange.consume && exchange.status() / 100 == 2) {
    exchange.failed = exchange.consume(bytes);
    return exchange.failed.ok() ? bytes.size() : 0;
  }
  if (exchange.body.size() + bytes.size() > whole_answer_bytes_max) {
    exchange.failed = Status(Code::out_of_range, "The server's answer is longer than 64 MiB");
    return 0;
  }
  exchange.body.append(bytes);
  return bytes.size();
}

// A line of the head or of the trailers.
size_t on_header(char* data, size_t size, size_t count, void* user) {
  Exchange& exchange = *static_cast<Exchange*>(user);
  std::string_view line(data, size * count);
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size * count;
  std::string name(line.substr(0, colon));
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  line.remove_prefix(colon + 1);
  while (line.starts_with(' ')) line.remove_prefix(1);
  exchange.fields.emplace_back(std::move(name), line);
  return size * count;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Exchange*>(user)->stopped() ? 1 : 0;
}

// Seconds of a Retry-After; a date counts as none.
std::optional<milliseconds> retry_after(std::string_view text) {
  unsigned seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return milliseconds(std::min(seconds, 3600U) * 1000L);
}

bool may_retry(const Status& status) {
  return status.code() == Code::unavailable || status.code() == Code::resource_exhausted;
}

void start_curl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

class CurlClient final : public Client {
 public:
  CurlClient(Target target, std::unique_ptr<CURL, EasyDelete> curl)
      : target_(std::move(target)), curl_(std::move(curl)) {}

  Result<Trailers> query(const Query& query, const Write& write, const Stop* stop) override;
  Result<std::string> remove(const Query& query, bool dry_run, const Stop* stop) override;
  Result<Trailers> get(const std::string& path, const Write& write, const Stop* stop) override;
  Status tail(const TailQuery& query, const OnEvent& event, const Stop* stop) override;
  Result<Answer> ingest(const Batch& batch, Compression compression, const Retry& retry,
                        const Stop* stop) override;

 private:
  Exchange begin(const std::string& path, const Headers& headers, const Stop* stop);
  void set_body(std::string_view body);
  Status perform(Exchange& exchange);
  Result<Answer> send(const std::string& body, const Headers& headers, const Stop* stop,
                      std::optional<milliseconds>& delay);
  void authorize(Headers& headers) const {
    if (!target_.api_key.empty()) headers.add("Authorization: Bearer " + target_.api_key);
    if (!target_.tenant.empty()) headers.add("Clogs-Tenant: " + target_.tenant);
  }
  std::string escaped(const std::string& text) const;
  bool wait(milliseconds delay, const Stop* stop);

  const Target target_;
  const std::unique_ptr<CURL, EasyDelete> curl_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  std::minstd_rand random_{std::random_device{}()};
};

Exchange CurlClient::begin(const std::string& path, const Headers& headers, const Stop* stop) {
  CURL* curl = curl_.get();
  curl_easy_reset(curl);  // keeps the connection
  curl_easy_setopt(curl, CURLOPT_URL, (target_.url + path).c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "clogs");
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error_.data());
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(target_.connect_timeout.count()));
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, silence_seconds_max);
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
  if (!target_.ca_file.empty()) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, target_.ca_file.c_str());
  }
  error_[0] = '\0';
  return Exchange{
      .curl = curl, .stop = stop, .consume = {}, .body = {}, .fields = {}, .failed = {}};
}

// `body` stays until perform() has returned.
void CurlClient::set_body(std::string_view body) {
  curl_easy_setopt(curl_.get(), CURLOPT_POST, 1L);
  curl_easy_setopt(curl_.get(), CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(curl_.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
}

// OK when there is a whole answer, whatever its status.
Status CurlClient::perform(Exchange& exchange) {
  CURL* curl = curl_.get();
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  const CURLcode result = curl_easy_perform(curl);
  if (!exchange.failed.ok()) return exchange.failed;
  if (exchange.stopped()) return Status(Code::cancelled, "Interrupted");
  if (result == CURLE_OK) return {};
  const char* reason = error_[0] != '\0' ? error_.data() : curl_easy_strerror(result);
  const bool started = exchange.status() != 0;
  return unavailable((started ? "The answer of " + target_.url + " broke off: "
                              : "Cannot reach " + target_.url + ": ") +
                     reason);
}

std::string CurlClient::escaped(const std::string& text) const {
  char* raw = curl_easy_escape(curl_.get(), text.data(), static_cast<int>(text.size()));
  std::string out = raw != nullptr ? raw : "";
  curl_free(raw);
  return out;
}

Result<Trailers> CurlClient::query(const Query& query, const Write& write, const Stop* stop) {
  Headers headers;
  headers.add(std::string("Content-Type: application/") + (query.json ? "json" : "edn"));
  headers.add("Accept: " + query.accept);
  headers.add("Expect:");
  authorize(headers);
  Exchange exchange = begin("/query", headers, stop);
  exchange.consume = write;
  set_body(query.text);
  CLOGS_RETURN_IF_ERROR(perform(exchange));
  if (exchange.status() != 200) {
    return failure_of(exchange.status(), exchange.field("content-type"), exchange.body);
  }
  return std::move(exchange.fields);
}

Result<std::string> CurlClient::remove(const Query& query, bool dry_run, const Stop* stop) {
  Headers headers;
  headers.add(std::string("Content-Type: application/") + (query.json ? "json" : "edn"));
  headers.add("Accept: application/edn");
  headers.add("Expect:");
  authorize(headers);
  Exchange exchange = begin(dry_run ? "/delete?dry-run=true" : "/delete", headers, stop);
  set_body(query.text);
  CLOGS_RETURN_IF_ERROR(perform(exchange));
  if (exchange.status() != 200) {
    return failure_of(exchange.status(), exchange.field("content-type"), exchange.body);
  }
  return std::move(exchange.body);
}

Result<Trailers> CurlClient::get(const std::string& path, const Write& write, const Stop* stop) {
  Headers headers;
  headers.add("Accept: application/edn");
  authorize(headers);
  Exchange exchange = begin(path, headers, stop);
  exchange.consume = write;
  CLOGS_RETURN_IF_ERROR(perform(exchange));
  if (exchange.status() != 200) {
    return failure_of(exchange.status(), exchange.field("content-type"), exchange.body);
  }
  return std::move(exchange.fields);
}

Status CurlClient::tail(const TailQuery& query, const OnEvent& event, const Stop* stop) {
  Headers headers;
  headers.add("Accept: text/event-stream");
  authorize(headers);
  std::string path = "/tail?q=" + escaped(query.text);
  if (query.json) path += "&syntax=json";
  if (query.rows_as_edn) path += "&format=edn";
  Exchange exchange = begin(path, headers, stop);
  EventReader events(event);
  exchange.consume = [&events](std::string_view bytes) { return events.feed(bytes); };
  CLOGS_RETURN_IF_ERROR(perform(exchange));
  if (exchange.status() != 200) {
    return failure_of(exchange.status(), exchange.field("content-type"), exchange.body);
  }
  return unavailable("The server ended the tail");
}

Result<Answer> CurlClient::send(const std::string& body, const Headers& headers, const Stop* stop,
                                std::optional<milliseconds>& delay) {
  Exchange exchange = begin("/logs", headers, stop);
  set_body(body);
  CLOGS_RETURN_IF_ERROR(perform(exchange));
  delay = retry_after(exchange.field("retry-after"));
  Result<Answer> answer =
      ingest_answer(exchange.status(), exchange.field("content-type"), exchange.body);
  if (answer.ok()) answer->duplicate = exchange.field("clogs-duplicate") == "true";
  return answer;
}

// False if it was told to stop.
bool CurlClient::wait(milliseconds delay, const Stop* stop) {
  const auto until = std::chrono::steady_clock::now() + delay;
  while (std::chrono::steady_clock::now() < until) {
    if (stop != nullptr && stop->load()) return false;
    std::this_thread::sleep_for(std::min(stop_interval, delay));
  }
  return true;
}

Result<Answer> CurlClient::ingest(const Batch& batch, Compression compression, const Retry& retry,
                                  const Stop* stop) {
  CLOGS_ASSIGN_OR_RETURN(const std::string body, compress(batch.body, compression));
  Headers headers;
  headers.add("Content-Type: " + batch.content_type);
  headers.add("Accept: application/edn");
  headers.add("Expect:");
  headers.add("Clogs-Stream: " + batch.stream);
  if (!batch.id.empty()) headers.add("Clogs-Batch-Id: " + batch.id);
  if (compression != Compression::none) {
    headers.add("Content-Encoding: " + std::string(encoding_name(compression)));
  }
  authorize(headers);
  milliseconds back_off = retry.first;
  for (unsigned attempt = 0;; ++attempt) {
    std::optional<milliseconds> delay;
    Result<Answer> answer = send(body, headers, stop, delay);
    // Without an identity a second try could store the batch twice, unless the server said no.
    const bool safe = !batch.id.empty() || delay.has_value();
    if (answer.ok() || !may_retry(answer.status()) || !safe || attempt == retry.attempts_max) {
      return answer;
    }
    const double jitter = std::uniform_real_distribution<double>(0.8, 1.2)(random_);
    const milliseconds own(static_cast<int64_t>(static_cast<double>(back_off.count()) * jitter));
    if (!wait(delay.value_or(own), stop)) return Status(Code::cancelled, "Interrupted");
    back_off = std::min(back_off * 2, retry.longest);
  }
}

}  // namespace

Result<std::unique_ptr<Client>> Client::make(Target target) {
  start_curl();
  const bool known = target.url.starts_with("http://") || target.url.starts_with("https://");
  if (!known || target.url.find_first_of(" ?#\r\n") != std::string::npos) {
    return invalid_argument("The URL " + target.url +
                            " is none; expected one such as http://127.0.0.1:8080");
  }
  if (target.tenant.find_first_of("\r\n") != std::string::npos) {
    return invalid_argument("A tenant is one line of text");
  }
  if (target.api_key.find_first_of("\r\n") != std::string::npos) {
    return invalid_argument("The API key holds a line break");
  }
  while (target.url.ends_with('/')) target.url.pop_back();
  std::unique_ptr<CURL, EasyDelete> curl(curl_easy_init());
  if (!curl) return internal_error("libcurl gives no handle");
  return std::unique_ptr<Client>(new CurlClient(std::move(target), std::move(curl)));
}

}  // namespace clogs::app::remote
