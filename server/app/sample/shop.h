// The shop that the sample records tell of: its services, routes and what they say.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace clogs::app::shop {

struct Step {
  uint8_t service;  // index into services
  std::string_view logger;
  std::string_view message;  // {n} a small number, {user} {order} {sku} {ms} from the request
  std::string_view level;
};

struct Route {
  std::string_view method;
  std::string_view route;
  unsigned weight;  // how often, relative to the others
  double typical_ms;
  std::array<Step, 5> steps;
  unsigned step_count;
};

enum Service : uint8_t {
  gateway,
  auth,
  catalog,
  search,
  cart,
  checkout,
  payments,
  inventory,
  mailer,
  service_count
};

constexpr std::array<std::string_view, service_count> services{
    "gateway", "auth", "catalog", "search", "cart", "checkout", "payments", "inventory", "mailer"};

constexpr std::array<Route, 7> routes{{
    {"GET",
     "/products",
     30,
     18,
     {{{catalog, "catalog.list", "listed {n} products of category {sku}", "debug"},
       {inventory, "inventory.stock", "stock of {n} articles read from cache", "debug"}}},
     2},
    {"GET",
     "/products/:sku",
     28,
     12,
     {{{catalog, "catalog.view", "product {sku} viewed", "info"},
       {inventory, "inventory.stock", "{n} of {sku} left in warehouse", "debug"}}},
     2},
    {"GET",
     "/search",
     20,
     45,
     {{{search, "search.query", "query matched {n} products in {ms} ms", "info"}}},
     1},
    {"POST", "/login", 8, 60, {{{auth, "auth.session", "user {user} signed in", "info"}}}, 1},
    {"POST",
     "/cart",
     9,
     22,
     {{{cart, "cart.items", "added {sku} to cart of user {user}", "info"},
       {inventory, "inventory.reserve", "reserved 1 of {sku} for 15 minutes", "debug"}}},
     2},
    {"POST",
     "/checkout",
     4,
     180,
     {{{checkout, "checkout.order", "order {order} opened for user {user}", "info"},
       {payments, "payments.card", "charging card for order {order}", "info"},
       {payments, "payments.card", "card charged for order {order} in {ms} ms", "info"},
       {inventory, "inventory.commit", "order {order} took {n} articles", "info"},
       {mailer, "mailer.send", "confirmation of order {order} queued", "info"}}},
     5},
    {"GET",
     "/orders/:id",
     6,
     15,
     {{{checkout, "checkout.status", "order {order} read", "debug"}}},
     1},
}};

constexpr std::array<std::string_view, 8> skus{"tent-2p",  "stove-gas", "boots-42", "rope-60m",
                                               "lamp-led", "pack-45l",  "map-alps", "mug-steel"};

// What goes wrong on any day, about once in a hundred requests.
struct Mishap {
  uint8_t service;
  std::string_view logger;
  std::string_view level;
  std::string_view message;
  uint16_t status;
};
constexpr std::array<Mishap, 5> mishaps{{
    {auth, "auth.session", "warn", "rejected password of user {user}, attempt {n}", 401},
    {inventory, "inventory.stock", "warn", "cache miss for {sku}, asked the database", 200},
    {search, "search.query", "warn", "slow query: {ms} ms for {n} results", 200},
    {catalog, "catalog.view", "error", "upstream connection reset by peer while reading {sku}",
     502},
    {cart, "cart.items", "error", "optimistic lock failed for cart of user {user}", 409},
}};

}  // namespace clogs::app::shop
