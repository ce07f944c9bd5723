/** The Clogs client: structured log records to a Clogs server. */
module io.clogs.client {
  exports io.clogs;
}
