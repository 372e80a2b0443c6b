import { expect, it } from "vitest";
import { plainFailure } from "../../../../src/commands/remote/getmail-words.ts";

const host = "pop.isp.net";

it.each([
  ["rc: timeout (timed out)", `${host} does not answer`],
  ["rc: timeout (The read operation timed out)", `${host} does not answer`],
  [
    "rc: operation error (POP3Retriever does not uniquely identify messages (got x twice) -- see documentation or use BrokenUIDLPOP3Retriever instead)",
    `${host} gives several messages one name (UIDL), so that none is fetched: try IMAP`,
  ],
  [
    "rc: operation error (POP error (b'-ERR unknown command') - if your server does not support the UIDL command, use BrokenUIDLPOP3Retriever instead)",
    `${host} has no names for its messages (UIDL), so that none is fetched: try IMAP`,
  ],
  [
    "Retrieval error: failed to retrieve msgid 7; server said b'-ERR [SYS/TEMP] damaged'\nServer for x is broken; offered message 7 but failed to provide it.  Skipping message...",
    `${host} does not hand out a message: -ERR [SYS/TEMP] damaged`,
  ],
  ["rc: \u001b[2Jsomething new\n", "rc:  [2Jsomething new"],
  ["", "getmail has failed, and says nothing"],
])("%j is told as it is meant", (said, meant) => {
  expect(plainFailure(said, host)).toBe(meant);
});
