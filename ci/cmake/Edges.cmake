# The allowed edges between the project's libraries, written once. clogs_library() refuses any
# other; ci/check/includes holds every #include against the same table.

set(CLOGS_EDGES_core_base "")
set(CLOGS_EDGES_core_edn core_base)
set(CLOGS_EDGES_core_record core_base core_edn proto)
set(CLOGS_EDGES_server_ingest core_record core_edn core_base proto)
set(CLOGS_EDGES_server_store core_record core_edn core_base server_ingest)
set(CLOGS_EDGES_server_query core_record core_edn core_base server_store)
set(CLOGS_EDGES_server_api server_ingest server_query core_record core_edn core_base proto)
set(CLOGS_EDGES_server_app server_api server_query server_store server_ingest core_record core_edn
  core_base proto)
