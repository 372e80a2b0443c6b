/** What Prometheus is told, beside times, of a server on which all is well and that has got no mail. */
export const goodMetrics = {
  mailwright_pending_changes: 0,
  mailwright_edited_files: 0,
  mailwright_outdated_files: 0,
  mailwright_files_comparable: 1,
  'mailwright_unit_running{unit="postfix"}': 1,
  'mailwright_unit_running{unit="rspamd"}': 1,
  'mailwright_unit_wanted{unit="rspamd"}': 1,
  'mailwright_unit_wanted{unit="clamav-daemon"}': 0,
  'mailwright_queue_messages{queue="deferred"}': 0,
  'mailwright_queue_messages{queue="hold"}': 0,
  mailwright_last_apply_success: 1,
  'mailwright_bayes_learned_messages{class="spam"}': 0,
  'mailwright_dkim_key_present{domain="domain.org",selector="default",use="signs"}': 1,
  mailwright_quarantined_messages: 0,
  mailwright_quarantined_bytes: 0,
};
