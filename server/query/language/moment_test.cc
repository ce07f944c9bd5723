// Points in time, seen through :as-of, and time ranges.
#include "server/query/language/moment.h"

#include "server/query/language/testing/tables.h"

namespace clogs::query::testing {
namespace {

TEST(Moment, Success) {
  expect_clauses(
      "as-of",
      {
          {"#inst \"2026-11-23T09:00:00+01:00\"", "#inst \"2026-11-23T08:00:00Z\""},
          {"#inst \"2026\"", "#inst \"2026-01-01T00:00:00Z\""},
          {"\"2026-11-23T09:00:00.5Z\"", "#inst \"2026-11-23T09:00:00.5Z\""},
          {"1795424400", "#inst \"2026-11-23T09:00:00Z\""},
          {"1795424400123", "#inst \"2026-11-23T09:00:00.123Z\""},
          {"1795424400.25", "#inst \"2026-11-23T09:00:00.25Z\""},
          {"\"now\"", "[:now]"},
          {"[:now]", "[:now]"},
          {"\"now-15m\"", "[:ago 900000000000 :nanoseconds]"},
          {"\"now-1h-30m\"", "[:ago 5400000000000 :nanoseconds]"},
          {"\"now-1h+1h\"", "[:now]"},
          {"\"now+1m\"", "[:+ [:now] [60000000000 :nanoseconds]]"},
          {"\"now/d\"", "[:start-of :day [:now]]"},
          {"\"now-1d/d\"", "[:start-of :day [:ago 86400000000000 :nanoseconds]]"},
          {"\"now-1M/M\"", "[:start-of :month [:ago 1 :months]]"},
          {"\"now-1y\"", "[:ago 12 :months]"},
          {"\"now/M-1M\"", "[:- [:start-of :month [:now]] [1 :months]]"},
          {"[:ago 15 :minutes]", "[:ago 900000000000 :nanoseconds]"},
          {"[:ago 1 :minute]", "[:ago 60000000000 :nanoseconds]"},
          {"[:ago \"15m\"]", "[:ago 900000000000 :nanoseconds]"},
          {"[:ago [15 :minutes]]", "[:ago 900000000000 :nanoseconds]"},
          {"[:ago #time/duration \"PT15M\"]", "[:ago 900000000000 :nanoseconds]"},
          {"[:ago 2 :years]", "[:ago 24 :months]"},
          {"[:start-of :week]", "[:start-of :week [:now]]"},
          {"[:start-of :day #inst \"2026-11-23T09:30:00Z\"]", "#inst \"2026-11-23T00:00:00Z\""},
          {"[:+ #inst \"2026-01-31T00:00:00Z\" [1 :months]]", "#inst \"2026-02-28T00:00:00Z\""},
          {"[:- \"2026-01-01T00:00:00Z\" \"1s\"]", "#inst \"2025-12-31T23:59:59Z\""},
          {"[:- [:+ [:now] \"1h\"] \"1h\"]", "[:now]"},
      });
}

TEST(Moment, Failure) {
  expect_clause_failures("as-of",
                         {
                             {"\"yesterday\"", ":clogs/bad-time [:as-of]"},
                             {"\"2026-11-23\"", ":clogs/bad-time [:as-of]"},
                             {"\"nowish\"", ":clogs/bad-time [:as-of]"},
                             {"\"now-\"", ":clogs/bad-time [:as-of]"},
                             {"\"now/x\"", ":clogs/bad-time [:as-of]"},
                             {"\"now-1d/\"", ":clogs/bad-time [:as-of]"},
                             {":now", ":clogs/bad-time [:as-of]"},
                             {":then", ":clogs/wrong-type [:as-of]"},
                             {"nil", ":clogs/wrong-type [:as-of]"},
                             {"-5", ":clogs/bad-time [:as-of]"},
                             {"##NaN", ":clogs/bad-time [:as-of]"},
                             {"[]", ":clogs/wrong-type [:as-of]"},
                             {"[:now 1]", ":clogs/wrong-arity [:as-of]"},
                             {"[:ago]", ":clogs/wrong-arity [:as-of]"},
                             {"[:ago 15]", ":clogs/bad-time [:as-of 1]"},
                             {"[:ago 15 :fortnights]", ":clogs/bad-time [:as-of 2]"},
                             {"[:ago -15 :minutes]", ":clogs/bad-value [:as-of 1]"},
                             {"[:ago 1.5 :minutes]", ":clogs/wrong-type [:as-of 1]"},
                             {"[:ago 9000 :years]", ":clogs/bad-time [:as-of]"},
                             {"[:ago 9223372036854775807 :weeks]", ":clogs/bad-time [:as-of 2]"},
                             {"[:start-of :day 1 2]", ":clogs/wrong-arity [:as-of]"},
                             {"[:start-of :eon]", ":clogs/bad-time [:as-of 1]"},
                             {"[:+ [:now]]", ":clogs/wrong-arity [:as-of]"},
                             {"[:+ [:nope] \"1h\"]", ":clogs/unknown-operator [:as-of 1 0]"},
                             {"[:last \"1h\"]", ":clogs/unknown-operator [:as-of 0]"},
                         });
}

TEST(TimeRange, Success) {
  expect_clauses("time",
                 {
                     {":all", ""},
                     {"{}", ""},
                     {"\"15m\"", "[:last 900000000000 :nanoseconds]"},
                     {"[:last \"15m\"]", "[:last 900000000000 :nanoseconds]"},
                     {"[:last 15 :minutes]", "[:last 900000000000 :nanoseconds]"},
                     {"#time/duration \"PT15M\"", "[:last 900000000000 :nanoseconds]"},
                     {"[\"now-15m\" \"now\"]", "[:last 900000000000 :nanoseconds]"},
                     {"{:from [:ago 15 :minutes] :to [:now]}", "[:last 900000000000 :nanoseconds]"},
                     {"[:since [:ago 2 :hours]]", "{:from [:ago 7200000000000 :nanoseconds]}"},
                     {"[:until 1795424400]", "{:to #inst \"2026-11-23T09:00:00Z\"}"},
                     {"[:range 1795424400 1795424401]",
                      "{:from #inst \"2026-11-23T09:00:00Z\" :to #inst \"2026-11-23T09:00:01Z\"}"},
                     {"[1795424400 1795424401]",
                      "{:from #inst \"2026-11-23T09:00:00Z\" :to #inst \"2026-11-23T09:00:01Z\"}"},
                     {"[[:start-of :day] [:now]]", "{:from [:start-of :day [:now]] :to [:now]}"},
                     {"[\"now-2d/d\" \"now/d\"]",
                      "{:from [:start-of :day [:ago 172800000000000 :nanoseconds]] :to [:start-of "
                      ":day [:now]]}"},
                     {"[\"2100-01-01T00:00:00Z\" \"now\"]",
                      "{:from #inst \"2100-01-01T00:00:00Z\" :to [:now]}"},
                     {"{:from 1795424400 :to 1795424400}",
                      "{:from #inst \"2026-11-23T09:00:00Z\" :to #inst \"2026-11-23T09:00:00Z\"}"},
                 });
}

TEST(TimeRange, Failure) {
  expect_clause_failures("time", {
                                     {"nil", ":clogs/wrong-type [:time]"},
                                     {"15", ":clogs/wrong-type [:time]"},
                                     {"\"all\"", ":clogs/bad-time [:time]"},
                                     {":al", ":clogs/bad-time [:time]"},
                                     {"\"0s\"", ":clogs/bad-time [:time]"},
                                     {"\"now-15m\"", ":clogs/bad-time [:time]"},
                                     {"#inst \"2026\"", ":clogs/bad-time [:time]"},
                                     {"[]", ":clogs/wrong-arity [:time]"},
                                     {"[:last]", ":clogs/wrong-arity [:time]"},
                                     {"[:last 1 :months]", ":clogs/bad-time [:time 2]"},
                                     {"[:last [1 :months]]", ":clogs/bad-time [:time 1]"},
                                     {"[:ago 15 :minutes]", ":clogs/bad-time [:time 0]"},
                                     {"[:lsat \"15m\"]", ":clogs/unknown-operator [:time 0]"},
                                     {"[:since]", ":clogs/wrong-arity [:time]"},
                                     {"[:range \"now\"]", ":clogs/wrong-arity [:time]"},
                                     {"[\"now\" \"then\"]", ":clogs/bad-time [:time 1]"},
                                     {"[1 2 3]", ":clogs/wrong-arity [:time]"},
                                     {"{:from 1 :until 2}", ":clogs/unknown-key [:time :until]"},
                                     {"{:from \"x\"}", ":clogs/bad-time [:time :from]"},
                                     {"[1795424401 1795424400]", ":clogs/bad-time [:time]"},
                                     {"[\"now\" \"now-1h\"]", ":clogs/bad-time [:time]"},
                                 });
}

}  // namespace
}  // namespace clogs::query::testing
