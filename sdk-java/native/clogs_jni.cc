// The JNI functions of io.clogs.Native. Text crosses as UTF-8 bytes (GetStringUTFChars would give
// modified UTF-8). No C++ exception leaves a function, and nothing calls into Java while records
// are sent.
#include <chrono>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include <jni.h>

#include "clogs/client.h"
#include "clogs/testing.h"

namespace {

using clogs::Client;
using clogs::FlushResult;
using clogs::Rows;
using clogs::testing::TestServer;

template <typename T>
jlong handle_of(std::unique_ptr<T> object) {
  return reinterpret_cast<jlong>(object.release());
}

template <typename T>
T& object_of(jlong handle) {
  return *reinterpret_cast<T*>(handle);
}

void throw_out_of_memory(JNIEnv* env) {
  if (jclass type = env->FindClass("java/lang/OutOfMemoryError")) env->ThrowNew(type, "clogs");
}

// Runs `work`; what it throws (want of memory) becomes Java's.
template <typename Work>
auto guarded(JNIEnv* env, Work&& work) noexcept -> decltype(work()) {
  try {
    return work();
  } catch (const std::exception&) {
    throw_out_of_memory(env);
  }
  return decltype(work())();
}

std::string text_of(JNIEnv* env, jbyteArray array) {
  if (array == nullptr) return {};
  const jsize size = env->GetArrayLength(array);
  std::string text(static_cast<size_t>(size), '\0');
  env->GetByteArrayRegion(array, 0, size, reinterpret_cast<jbyte*>(text.data()));
  return text;
}

jbyteArray bytes_of(JNIEnv* env, const std::string& text) {
  const auto size = static_cast<jsize>(text.size());
  jbyteArray array = env->NewByteArray(size);
  if (array != nullptr) {
    env->SetByteArrayRegion(array, 0, size, reinterpret_cast<const jbyte*>(text.data()));
  }
  return array;
}

jobjectArray array_of(JNIEnv* env, const std::vector<std::string>& texts) {
  jclass type = env->FindClass("[B");
  if (type == nullptr) return nullptr;
  jobjectArray array = env->NewObjectArray(static_cast<jsize>(texts.size()), type, nullptr);
  for (size_t i = 0; array != nullptr && i < texts.size(); ++i) {
    jbyteArray one = bytes_of(env, texts[i]);
    if (one == nullptr) return nullptr;
    env->SetObjectArrayElement(array, static_cast<jsize>(i), one);
    env->DeleteLocalRef(one);
  }
  return array;
}

jlongArray longs_of(JNIEnv* env, const std::vector<jlong>& values) {
  const auto size = static_cast<jsize>(values.size());
  jlongArray array = env->NewLongArray(size);
  if (array != nullptr) env->SetLongArrayRegion(array, 0, size, values.data());
  return array;
}

jlongArray result_of(JNIEnv* env, const FlushResult& result) {
  return longs_of(env, {result.delivered ? 1 : 0, static_cast<jlong>(result.remaining)});
}

// A wrong name or value becomes a warning of the client, as one in the environment does.
clogs::Options options_of(JNIEnv* env, jobjectArray names, jobjectArray values) {
  clogs::Options options = clogs::Options::from_environment();
  const jsize count = env->GetArrayLength(names);
  for (jsize i = 0; i < count; ++i) {
    auto name = static_cast<jbyteArray>(env->GetObjectArrayElement(names, i));
    auto value = static_cast<jbyteArray>(env->GetObjectArrayElement(values, i));
    const clogs::Status set = options.set(text_of(env, name), text_of(env, value));
    if (!set.ok()) options.warnings.push_back(set.message());
    env->DeleteLocalRef(name);
    env->DeleteLocalRef(value);
  }
  return options;
}

void throw_status(JNIEnv* env, const clogs::Status& status) {
  jclass type = env->FindClass("io/clogs/ClogsException");
  if (type == nullptr) return;
  jmethodID make = env->GetMethodID(type, "<init>", "(ILjava/lang/String;Ljava/lang/String;)V");
  jclass string = env->FindClass("java/lang/String");
  if (make == nullptr || string == nullptr) return;
  jmethodID decode = env->GetMethodID(string, "<init>", "([BLjava/lang/String;)V");
  jstring utf8 = env->NewStringUTF("UTF-8");
  if (decode == nullptr || utf8 == nullptr) return;
  jobject message = env->NewObject(string, decode, bytes_of(env, status.message()), utf8);
  if (message == nullptr) return;
  jobject details = env->NewObject(string, decode, bytes_of(env, status.details()), utf8);
  if (details == nullptr) return;
  jobject thrown = env->NewObject(type, make, static_cast<jint>(status.code()), message, details);
  if (thrown != nullptr) env->Throw(static_cast<jthrowable>(thrown));
}

std::vector<jlong> values_of(const clogs::Stats& s) {
  const uint64_t values[] = {s.submitted,
                             s.accepted,
                             s.adopted,
                             s.sent,
                             s.rejected,
                             s.retried,
                             s.dropped_queue_full,
                             s.dropped_too_large,
                             s.dropped_expired,
                             s.dropped_spool_full,
                             s.dropped_damaged,
                             s.dropped_closed,
                             s.dropped_shutdown,
                             s.dropped_before_send,
                             s.dropped_malformed,
                             s.renamed_fields,
                             s.duplicate_fields,
                             s.repaired_text,
                             s.shortened,
                             s.redacted,
                             s.queue_records,
                             s.queue_bytes,
                             s.spool_records,
                             s.spool_bytes,
                             s.in_flight_records};
  std::vector<jlong> longs(std::begin(values), std::end(values));
  longs.push_back(s.last_success_unix_nanos);
  return longs;
}

}  // namespace

#define CLOGS_JNI(type, name) extern "C" JNIEXPORT type JNICALL Java_io_clogs_Native_##name

CLOGS_JNI(jlong, create)(JNIEnv* env, jclass, jobjectArray names, jobjectArray values) {
  return guarded(
      env, [&] { return handle_of(std::make_unique<Client>(options_of(env, names, values))); });
}

CLOGS_JNI(void, destroy)(JNIEnv*, jclass, jlong client) {
  delete reinterpret_cast<Client*>(client);
}

CLOGS_JNI(jboolean, submit)(JNIEnv* env, jclass, jlong client, jbyteArray record, jint length) {
  return guarded(env, [&]() -> jboolean {
    // Copied, not pinned: a submit that waits (on_full block) must not hold the collector up.
    thread_local std::string bytes;
    bytes.resize(static_cast<size_t>(length));
    env->GetByteArrayRegion(record, 0, length, reinterpret_cast<jbyte*>(bytes.data()));
    return object_of<Client>(client).submit(bytes) ? JNI_TRUE : JNI_FALSE;
  });
}

CLOGS_JNI(jlongArray, flush)(JNIEnv* env, jclass, jlong client, jlong nanos) {
  return guarded(env, [&] {
    return result_of(env, object_of<Client>(client).flush(std::chrono::nanoseconds(nanos)));
  });
}

CLOGS_JNI(jlongArray, close)(JNIEnv* env, jclass, jlong client, jlong nanos) {
  return guarded(env, [&] {
    const Client& one = object_of<Client>(client);
    return result_of(env, nanos < 0 ? one.close() : one.close(std::chrono::nanoseconds(nanos)));
  });
}

CLOGS_JNI(jlongArray, stats)(JNIEnv* env, jclass, jlong client) {
  return guarded(env, [&] { return longs_of(env, values_of(object_of<Client>(client).stats())); });
}

CLOGS_JNI(jbyteArray, lastError)(JNIEnv* env, jclass, jlong client) {
  return guarded(env, [&] { return bytes_of(env, object_of<Client>(client).stats().last_error); });
}

CLOGS_JNI(jobjectArray, warnings)(JNIEnv* env, jclass, jlong client) {
  return guarded(env, [&] { return array_of(env, object_of<Client>(client).warnings()); });
}

CLOGS_JNI(jbyteArray, option)(JNIEnv* env, jclass, jlong client, jbyteArray name) {
  return guarded(env, [&]() -> jbyteArray {
    const auto value = object_of<Client>(client).options().get(text_of(env, name));
    return value.ok() ? bytes_of(env, *value) : nullptr;
  });
}

CLOGS_JNI(jlong, query)(JNIEnv* env, jclass, jlong client, jbyteArray text, jboolean json,
                        jboolean tail, jboolean rows_as_edn, jlong timeout_nanos) {
  return guarded(env, [&]() -> jlong {
    clogs::QueryRequest request;
    request.text = text_of(env, text);
    request.json_syntax = json == JNI_TRUE;
    request.rows = rows_as_edn == JNI_TRUE ? clogs::RowFormat::edn : clogs::RowFormat::json;
    request.timeout = std::chrono::nanoseconds(timeout_nanos);
    const Client& one = object_of<Client>(client);
    auto rows = tail == JNI_TRUE ? one.tail(std::move(request)) : one.query(std::move(request));
    if (!rows.ok()) {
      throw_status(env, rows.status());
      return 0;
    }
    return handle_of(std::make_unique<Rows>(std::move(*rows)));
  });
}

CLOGS_JNI(jbyteArray, next)(JNIEnv* env, jclass, jlong rows) {
  return guarded(env, [&]() -> jbyteArray {
    std::string lines;
    const auto more = object_of<Rows>(rows).next(lines);
    if (more.ok()) return *more ? bytes_of(env, lines) : nullptr;
    throw_status(env, more.status());
    return nullptr;
  });
}

CLOGS_JNI(void, cancel)(JNIEnv*, jclass, jlong rows) { object_of<Rows>(rows).cancel(); }

CLOGS_JNI(void, release)(JNIEnv*, jclass, jlong rows) { delete reinterpret_cast<Rows*>(rows); }

CLOGS_JNI(jlong, testServer)(JNIEnv* env, jclass) {
  return guarded(env, [&] { return handle_of(std::make_unique<TestServer>()); });
}

CLOGS_JNI(jlong, testClient)(JNIEnv* env, jclass, jlong server, jobjectArray names,
                             jobjectArray values) {
  return guarded(env, [&] {
    return handle_of(std::make_unique<Client>(
        object_of<TestServer>(server).client(options_of(env, names, values))));
  });
}

CLOGS_JNI(void, testBehave)(JNIEnv* env, jclass, jlong server, jlong fail_times, jint code,
                            jboolean hang, jboolean reject) {
  guarded(env, [&]() -> int {
    clogs::testing::Behaviour behaviour;
    behaviour.fail_times = static_cast<uint64_t>(fail_times);
    behaviour.failure = static_cast<clogs::Code>(code);
    behaviour.hang = hang == JNI_TRUE;
    behaviour.reject = reject == JNI_TRUE;
    object_of<TestServer>(server).behave(behaviour);
    return 0;
  });
}

CLOGS_JNI(jobjectArray, testRecords)(JNIEnv* env, jclass, jlong server) {
  return guarded(env, [&] { return array_of(env, object_of<TestServer>(server).records_json()); });
}

CLOGS_JNI(void, testClear)(JNIEnv*, jclass, jlong server) { object_of<TestServer>(server).clear(); }

CLOGS_JNI(void, testRelease)(JNIEnv*, jclass, jlong server) {
  delete reinterpret_cast<TestServer*>(server);
}
