# The allowed edges between the project's libraries, written once. clogs_library() refuses any
# other; ci/check/includes holds every #include against the same table.
#
# Edges are transitive, with two limits that ci/check/includes knows:
#   CLOGS_NEVER            pairs that do not see each other even through a third library
#   CLOGS_NARROW_<a>_<b>   the only headers of <b> that <a> may include

# The public headers of the client, included as "clogs/x.h" everywhere. They see nothing else.
set(CLOGS_EDGES_core_include "")
set(CLOGS_EDGES_core_base core_include)
set(CLOGS_EDGES_core_edn core_base)
set(CLOGS_EDGES_core_record core_base core_edn)
set(CLOGS_EDGES_core_queue core_base core_record)
# What happens to a record on the thread that logs: options, writing, admission, redaction.
set(CLOGS_EDGES_core_encode core_base core_edn core_record core_include)
set(CLOGS_EDGES_core_send core_base core_edn core_record core_queue)
# The client itself: all of core meets here.
set(CLOGS_EDGES_core_client core_send core_queue core_encode core_record core_edn core_base
  core_include)
# A client without a server, for tests of applications.
set(CLOGS_EDGES_core_testing core_client ${CLOGS_EDGES_core_client})
set(CLOGS_EDGES_server_ingest core_record core_edn core_base proto)
set(CLOGS_EDGES_server_store core_record core_edn core_base server_ingest)
set(CLOGS_EDGES_server_query_language core_record core_edn core_base)
set(CLOGS_EDGES_server_query server_query_language core_record core_edn core_base server_store)
set(CLOGS_EDGES_server_api server_ingest server_query core_record core_edn core_base proto)
# The transports of server/api; neither sees the other.
set(CLOGS_EDGES_server_api_http server_api ${CLOGS_EDGES_server_api})
set(CLOGS_EDGES_server_api_grpc server_api ${CLOGS_EDGES_server_api})
# The command line's client of a running server.
set(CLOGS_EDGES_server_app_remote core_edn core_base)
set(CLOGS_EDGES_server_app server_app_remote server_api server_api_http server_api_grpc server_query
  server_store server_ingest core_record core_edn core_base proto)
# Drives the real binary from outside; sees only what it needs to write and read records.
set(CLOGS_EDGES_server_apptest core_record core_edn core_base proto)

set(CLOGS_NEVER server_ingest:server_query server_query:server_ingest)
set(CLOGS_NARROW_server_store_server_ingest sink.h)
