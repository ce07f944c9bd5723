// The one file that knows the argument parser.
#include "server/app/cli/cli.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "server/app/cli/options.h"
#include "server/app/cli/verbs.h"
#include "server/app/config/settings.h"
#include "server/app/version.h"

namespace clogs::app {

namespace {

// The options of every verb; the parser writes into them.
struct Arguments {
  ServeOptions serve;
  QueryOptions query;
  TailOptions tail;
  IngestOptions ingest;
  CatOptions cat;
  EdnOptions edn;
  SampleOptions sample;
  VerifyOptions verify;
  BackupOptions backup;
  DeleteOptions remove;
  ReindexOptions reindex;
  ConfigOptions config;
  std::string shell;
  std::map<std::string, std::string> flags;  // setting path -> text
  std::map<std::string, bool> switches;      // boolean settings
};

void add_remote(CLI::App& verb, RemoteOptions& remote, const char* about) {
  verb.add_option("--url", remote.url, about)->envname("CLOGS_URL");
  verb.add_option("--api-key", remote.api_key, "API key, sent as a bearer token")
      ->envname("CLOGS_API_KEY");
  verb.add_option("--ca", remote.ca_file, "PEM file of the authorities to trust for https");
}

void add_multiline(CLI::App& verb, std::string& multiline) {
  verb.add_option("--multiline", multiline,
                  "auto joins stack traces and indented lines to their record; off never joins")
      ->check(CLI::IsMember({"auto", "off"}));
}

// The flags of all settings that have one; used by serve and config.
void add_settings(CLI::App& verb, Arguments& arguments) {
  for (const Setting& setting : settings()) {
    if (setting.flag.empty()) continue;
    std::string about(setting.about);
    if (setting.fallback != "nil") about += fmt::format(" Default: {}", setting.fallback);
    std::string path(setting.path);
    if (setting.type == SettingType::boolean) {
      verb.add_flag(std::string(setting.flag), arguments.switches[path], about);
    } else {
      verb.add_option(std::string(setting.flag), arguments.flags[path], about);
    }
  }
}

std::vector<std::pair<std::string, std::string>> given_flags(const Arguments& arguments) {
  std::vector<std::pair<std::string, std::string>> given;
  for (const auto& [path, text] : arguments.flags) {
    if (!text.empty()) given.emplace_back(path, text);
  }
  for (const auto& [path, on] : arguments.switches) {
    if (on) given.emplace_back(path, "true");
  }
  return given;
}

void add_serve(CLI::App& app, Arguments& arguments) {
  CLI::App* verb = app.add_subcommand("serve", "Start the server");
  verb->add_option("--config", arguments.serve.config_file, "Configuration file (EDN)")
      ->envname("CLOGS_CONFIG");
  add_settings(*verb, arguments);
  verb->footer("Example: clogs serve --http 127.0.0.1:8080 --data-dir ./clogs-data");
}

void add_query(CLI::App& app, Arguments& arguments) {
  QueryOptions& options = arguments.query;
  CLI::App* verb =
      app.add_subcommand("query", "Run a query on a server, a data directory, or plain log files");
  verb->add_option("query", options.query, "The query, an EDN map; - reads standard input")
      ->required();
  verb->add_option("files", options.files,
                   "Plain .edn, .ndjson, .log files (.gz, .zst too) and directories of them");
  verb->add_option("--data-dir", options.data_dir, "A data directory that no server holds");
  add_remote(*verb, options.remote, "The server to ask; default http://127.0.0.1:8080");
  verb->add_option("--tenant", options.remote.tenant,
                   "Whose records; clogs: the server's own log, where it is kept");
  verb->add_option("--format", options.format, "edn, json, ndjson, csv or table")
      ->check(CLI::IsMember({"edn", "json", "ndjson", "csv", "table"}));
  verb->add_option("--param,-p", options.params, "name=<edn>: binds ?name in the query");
  verb->add_flag("--json-query", options.json_query, "The query is JSON");
  verb->add_flag("--canonical", options.canonical,
                 "Print the canonical form and its hash, and run nothing");
  verb->add_option("--year", options.year, "Year of text lines that have none");
  verb->add_option("--tz", options.tz, "Time zone of text lines that have none");
  add_multiline(*verb, options.multiline);
  verb->footer("Example: clogs query '{:where {:level \"error\"} :time \"1h\"}'");
}

void add_tail(CLI::App& app, Arguments& arguments) {
  TailOptions& options = arguments.tail;
  CLI::App* verb = app.add_subcommand("tail", "Follow records as they are stored");
  verb->add_option("query", options.query, "Which records: an EDN map with :where, :from, :select");
  add_remote(*verb, options.remote, "The server to follow; default http://127.0.0.1:8080");
  verb->add_option("--format", options.format, "text, edn or ndjson")
      ->check(CLI::IsMember({"text", "edn", "ndjson"}));
}

void add_ingest(CLI::App& app, Arguments& arguments) {
  IngestOptions& options = arguments.ingest;
  CLI::App* verb = app.add_subcommand("ingest", "Store the records of files or standard input");
  verb->add_option("files", options.files, "Files (.gz, .zst too); - is standard input")
      ->required();
  add_remote(*verb, options.remote, "The server to send to; default http://127.0.0.1:8080");
  verb->add_option("--data-dir", options.data_dir, "A data directory that no server holds");
  verb->add_option("--format", options.format, "auto, edn, ndjson or text")
      ->check(CLI::IsMember({"auto", "edn", "ndjson", "text"}));
  verb->add_option("--stream", options.stream, "Stream to store into");
  verb->add_option("--year", options.year,
                   "Year of timestamps that have none; default: the latest that is not in future");
  verb->add_option("--tz", options.tz, "Time zone of timestamps that have none");
  add_multiline(*verb, options.multiline);
  verb->add_option("--batch", options.batch_records, "Records sent at once")
      ->check(CLI::Range(1, 100'000));
  CLI::Option* meta =
      verb->add_flag("--meta", options.meta, "Take back what `clogs cat --meta` gave");
  verb->add_flag("--once", options.once,
                 "Run again with the same files within a day, store nothing twice")
      ->excludes(meta);
  verb->add_flag("--quiet,-q", options.quiet, "No progress and no summary");
}

void add_data_verbs(CLI::App& app, Arguments& arguments) {
  CLI::App* cat = app.add_subcommand("cat", "Print every stored record as EDN lines");
  cat->add_option("dir", arguments.cat.dir, "Data directory")->required();
  cat->add_option("--stream", arguments.cat.stream, "Only this stream");
  cat->add_flag("--meta", arguments.cat.meta, "With the keys that the store added (clogs/...)");

  CLI::App* verify = app.add_subcommand("verify", "Check every byte of a data directory");
  verify->add_option("dir", arguments.verify.dir, "Data directory")->required();

  CLI::App* edn = app.add_subcommand("edn", "Read EDN and print it, one form a line");
  edn->add_option("file", arguments.edn.file, "File; - or nothing is standard input");
  auto* typed = edn->add_flag("--typed", arguments.edn.typed, "As typed JSON");
  edn->add_flag("--json", arguments.edn.json, "As plain JSON")->excludes(typed);

  CLI::App* sample = app.add_subcommand("sample", "Print realistic sample records");
  sample->add_option("--rows", arguments.sample.rows, "How many");
  sample->add_option("--seed", arguments.sample.seed, "The same seed gives the same records");
  sample->add_option("--hours", arguments.sample.hours, "Time that they cover");
  sample->add_option("--end", arguments.sample.end, "Where that time ends (RFC 3339); default now");
  sample->add_option("--format", arguments.sample.format, "ndjson or edn")
      ->check(CLI::IsMember({"ndjson", "edn"}));
}

void add_admin_verbs(CLI::App& app, Arguments& arguments) {
  CLI::App* backup = app.add_subcommand(
      "backup", "Copy everything that is stored, from a running server or a data directory");
  backup->add_option("dir", arguments.backup.dir, "A new or empty directory for the copy")
      ->required();
  add_remote(*backup, arguments.backup.remote, "The server to copy; default http://127.0.0.1:8080");
  backup->add_option("--data-dir", arguments.backup.data_dir,
                     "A data directory that no server holds, instead of a server");
  backup->add_flag("--quiet,-q", arguments.backup.quiet, "No progress and no summary");

  DeleteOptions& options = arguments.remove;
  CLI::App* remove = app.add_subcommand("delete", "Delete the records that match a predicate");
  remove
      ->add_option("predicate", options.query,
                   "A predicate, or a map with :where, :time, :from, :tz; - reads standard input")
      ->required();
  add_remote(*remove, options.remote, "The server to ask; default http://127.0.0.1:8080");
  remove->add_option("--data-dir", options.data_dir,
                     "A data directory that no server holds, instead of a server");
  remove->add_flag("--json-query", options.json_query, "The predicate is JSON");
  remove->add_flag("--dry-run,-n", options.dry_run, "Say what would go, and delete nothing");
  remove->add_flag("--yes,-y", options.yes, "Do not ask on a terminal");
  remove->footer("Example: clogs delete '[:= :user \"eve\"]' --dry-run");

  CLI::App* reindex = app.add_subcommand(
      "reindex", "Take deleted records out of the files of a data directory that no server holds");
  reindex->add_option("--data-dir", arguments.reindex.data_dir, "Data directory")->required();
  reindex->add_flag("--quiet,-q", arguments.reindex.quiet, "No progress and no summary");
}

void add_config(CLI::App& app, Arguments& arguments) {
  CLI::App* config = app.add_subcommand("config", "Check or show the configuration");
  config->require_subcommand(1);
  CLI::App* check = config->add_subcommand("check", "Read a configuration file, report everything");
  check->add_option("file", arguments.config.file, "Configuration file (EDN)")->required();
  CLI::App* show =
      config->add_subcommand("show", "The merged configuration with the origin of each value");
  show->add_option("--config", arguments.config.file, "Configuration file (EDN)")
      ->envname("CLOGS_CONFIG");
  show->add_option("--format", arguments.config.format, "text or edn")
      ->check(CLI::IsMember({"text", "edn"}));
  add_settings(*show, arguments);
}

std::unique_ptr<CLI::App> make_app(Arguments& arguments) {
  auto app = std::make_unique<CLI::App>(
      "Clogs: structured logs in, durable as EDN, found again by queries that are data.", "clogs");
  app->set_version_flag("--version", fmt::format("clogs {}", version));
  app->require_subcommand(1);
  app->get_formatter()->column_width(34);
  add_serve(*app, arguments);
  add_query(*app, arguments);
  add_tail(*app, arguments);
  add_ingest(*app, arguments);
  add_data_verbs(*app, arguments);
  add_admin_verbs(*app, arguments);
  add_config(*app, arguments);
  CLI::App* completion = app->add_subcommand("completion", "Print a shell completion script");
  completion->add_option("shell", arguments.shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  return app;
}

int run_config(CLI::App& config, Arguments& arguments) {
  arguments.config.flags = given_flags(arguments);
  return config.got_subcommand("check") ? run_config_check(arguments.config)
                                        : run_config_show(arguments.config);
}

int dispatch(CLI::App& app, Arguments& arguments) {
  CLI::App* verb = app.get_subcommands().front();
  const std::string& name = verb->get_name();
  if (name == "serve") {
    arguments.serve.flags = given_flags(arguments);
    return run_serve(arguments.serve);
  }
  if (name == "query") return run_query(arguments.query);
  if (name == "tail") return run_tail(arguments.tail);
  if (name == "ingest") return run_ingest(arguments.ingest);
  if (name == "cat") return run_cat(arguments.cat);
  if (name == "edn") return run_edn(arguments.edn);
  if (name == "sample") return run_sample(arguments.sample);
  if (name == "verify") return run_verify(arguments.verify);
  if (name == "backup") return run_backup(arguments.backup);
  if (name == "delete") return run_delete(arguments.remove);
  if (name == "reindex") return run_reindex(arguments.reindex);
  if (name == "config") return run_config(*verb, arguments);
  fmt::print("{}", completion_script(arguments.shell));
  return exit_done;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// The verb whose arguments were being read, down to "config show".
const CLI::App& innermost(const CLI::App& app) {
  std::vector<CLI::App*> chosen = const_cast<CLI::App&>(app).get_subcommands();
  return chosen.empty() ? app : innermost(*chosen.front());
}

// The first argument that looks like a mistyped option or verb, with what may have been meant.
std::string suggestion(const CLI::App& app, const std::vector<std::string>& arguments) {
  const CLI::App& verb = innermost(app);
  std::vector<std::string> known = option_names(verb);
  if (&verb == &app && !arguments.empty() && !arguments.front().starts_with('-')) {
    std::vector<std::string> verbs;
    for (const CLI::App* sub : app.get_subcommands(nullptr)) verbs.push_back(sub->get_name());
    std::string near = nearest(arguments.front(), verbs);
    return near.empty() ? "" : fmt::format("; did you mean `clogs {}`?", near);
  }
  for (const std::string& argument : arguments) {
    std::string name = argument.substr(0, argument.find('='));
    if (!name.starts_with("--")) continue;
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    std::string near = nearest(name, known);
    if (!near.empty()) return fmt::format("; did you mean {}?", near);
  }
  return "";
}

int usage_error(const CLI::App& app, const CLI::ParseError& error,
                const std::vector<std::string>& arguments) {
  const CLI::App& verb = innermost(app);
  fmt::print(stderr, "clogs: {}{}\n", error.what(), suggestion(app, arguments));
  fmt::print(stderr, "Try `clogs {}--help`.\n", &verb == &app ? "" : verb.get_name() + " ");
  return exit_usage;
}

void collect_commands(const CLI::App& app, const std::string& prefix,
                      std::vector<CommandInfo>& all) {
  for (const CLI::App* sub : app.get_subcommands(nullptr)) {
    CommandInfo info{prefix + sub->get_name(), sub->get_description(), option_names(*sub)};
    all.push_back(info);
    collect_commands(*sub, info.name + " ", all);
  }
}

}  // namespace

std::vector<CommandInfo> commands() {
  Arguments arguments;
  std::unique_ptr<CLI::App> app = make_app(arguments);
  std::vector<CommandInfo> all;
  collect_commands(*app, "", all);
  return all;
}

int run_command_line(const std::vector<std::string>& arguments) {
  Arguments parsed;
  std::unique_ptr<CLI::App> app = make_app(parsed);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app->parse(reversed);
  } catch (const CLI::Success& asked) {
    return app->exit(asked);
  } catch (const CLI::ParseError& error) {
    return usage_error(*app, error, arguments);
  }
  return dispatch(*app, parsed);
}

}  // namespace clogs::app
