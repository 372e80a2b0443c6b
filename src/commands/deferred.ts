import { applyPending } from "./apply.ts";
import { complete } from "./complete.ts";
import { confirm } from "./confirm.ts";
import { doctor } from "./doctor/doctor.ts";
import { expandTemplate } from "./expand-template.ts";
import { forget, learn } from "./filter/bayes/learn.ts";
import { status as bayesStatus } from "./filter/bayes/status.ts";
import { retireDkim } from "./filter/dkim-retire.ts";
import { rotateDkim } from "./filter/dkim-rotate.ts";
import { listDkim, showDkim } from "./filter/dkim-show.ts";
import { verifyDkim } from "./filter/dkim-verify.ts";
import { deleteHeld } from "./filter/quarantine/delete.ts";
import { listHeld } from "./filter/quarantine/list.ts";
import { releaseHeld } from "./filter/quarantine/release.ts";
import { showHeld } from "./filter/quarantine/show.ts";
import { addRules, deleteRules, listRules } from "./filter/rule.ts";
import { scan } from "./filter/scan.ts";
import { history as allHistory, diff } from "./history.ts";
import { logSummary } from "./mail-flow/log-summary.ts";
import { logTrace } from "./mail-flow/log-trace.ts";
import { queueChange, queueFlush } from "./mail-flow/queue-change.ts";
import { queueList, queueShow } from "./mail-flow/queue-list.ts";
import { queueWatch } from "./mail-flow/queue-watch.ts";
import { deleteRecord } from "./people/delete-handler.ts";
import { addMailbox, deleteMailbox, modifyMailbox } from "./people/mailbox-change.ts";
import { listMailboxes, showMailbox } from "./people/mailbox-show.ts";
import { noVerb } from "./people/no-verb.ts";
import { passwd } from "./people/passwd.ts";
import { quota, recalc } from "./people/quota.ts";
import { relayDefault } from "./people/relay-default.ts";
import { list, show } from "./people/show-handlers.ts";
import { add, modify } from "./people/store-handlers.ts";
import { listConnectors } from "./remote/connector-list.ts";
import { fetch } from "./remote/fetch.ts";
import { listSyncJobs } from "./remote/sync/list.ts";
import { runSync } from "./remote/sync/run.ts";
import { stopSync, syncStatus } from "./remote/sync/status.ts";
import { rollback as rollBackAll } from "./rollback.ts";
import { schema } from "./schema.ts";
import { status } from "./status.ts";
import { task } from "./task.ts";
import { batch } from "./verbs/batch.ts";
import { changes } from "./verbs/changes.ts";
import { describe } from "./verbs/describe.ts";
import { exportText } from "./verbs/export.ts";
import { history, rollback } from "./verbs/history.ts";
import { importText } from "./verbs/import.ts";
import { verify } from "./verify.ts";

/**
 * The handlers that need a library or the template engine. They are loaded when one of them is called, and all
 * from this one module: each further lazy import would cut what the quick commands share into one more piece,
 * and every piece that `config getprop` has to load costs it a fifth of a millisecond. `signal-event`, which follows
 * every change, is loaded without the others: that spares it four.
 */
export const deferred = {
  applyPending,
  allHistory,
  bayesStatus,
  complete,
  confirm,
  diff,
  doctor,
  forget,
  learn,
  rollBackAll,
  status,
  task,
  verify,
  logTrace,
  logSummary,
  queueChange,
  queueFlush,
  queueList,
  queueShow,
  queueWatch,
  expandTemplate,
  schema,
  add,
  modify,
  list,
  show,
  deleteRecord,
  listMailboxes,
  showMailbox,
  addMailbox,
  modifyMailbox,
  deleteMailbox,
  noVerb,
  passwd,
  quota,
  recalc,
  relayDefault,
  listConnectors,
  fetch,
  runSync,
  listSyncJobs,
  syncStatus,
  stopSync,
  addRules,
  listRules,
  deleteRules,
  scan,
  listDkim,
  showDkim,
  verifyDkim,
  rotateDkim,
  retireDkim,
  batch,
  changes,
  describe,
  exportText,
  history,
  importText,
  rollback,
  listHeld,
  showHeld,
  releaseHeld,
  deleteHeld,
};
