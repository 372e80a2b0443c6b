import { describe, expect, it } from "vitest";
import { explainFailure, isUnfinished } from "../../../../src/commands/remote/sync/provider-failure.ts";

const host = "imap.example.net";

describe("what doveadm says of a failure", () => {
  it.each([
    [
      "Authentication failed: [AUTHENTICATIONFAILED] No.",
      `${host} refuses the login or its password: [AUTHENTICATIONFAILED] No.`,
    ],
    [
      "Info: Received invalid SSL certificate: self-signed certificate: /CN=a (check ssl_client_ca_* settings?)",
      `the certificate of ${host} is not trusted: self-signed certificate: /CN=a`,
    ],
    [
      "Warning: imapc(a:144): connect(192.0.2.2, 144) failed: Connection refused - reconnecting (delay 1000 ms)",
      `${host} does not answer: Connection refused`,
    ],
    [
      "Error: imapc(a:143): dns_lookup(a) failed: Name or service not known",
      `there is no host ${host}: Name or service not known`,
    ],
    ["Error: Copying failed: Quota exceeded (mailbox for user is full)", "the mailbox of john is full"],
    ["doveadm(john): Error: User doesn't exist", "there is no user john here any more"],
    ["Error: write(/a) failed: No space left on device", "the disk is full"],
  ])("%s", (said, message) => {
    const stderr = `dsync(john): Info: Connected\n${said}\n`;
    expect(explainFailure({ stderr, exit: 75 }, host, "john").message).toBe(message);
  });

  it("is told as it is where it is not known, without a backtrace", () => {
    const stderr = "dsync: Error: something\ndsync: Error: Raw backtrace: #0 a\n";
    expect(explainFailure({ stderr, exit: 1 }, host, "john")).toEqual({
      message: "doveadm could not copy the account (exit status 1)",
      hint: "dsync: Error: something",
    });
  });

  it.each([
    ["flock: cannot open lock file /a\n", "flock: cannot open lock file /a"],
    ["1\n2\n\n3\n4\n", "2\n3\n4"],
    ["", "It says nothing: see journalctl -u dovecot"],
  ])("is what was said last where nothing of it is called an error: %j", (stderr, hint) => {
    expect(explainFailure({ stderr, exit: 66 }, host, "john").hint).toBe(hint);
  });

  it("names a user or host that holds what a replacement would read", () => {
    expect(
      explainFailure({ stderr: "Error: User doesn't exist", exit: 67 }, host, "$&USER").message,
    ).toContain("$&USER");
  });
});

describe("dsync's word that it is to run again", () => {
  it("does not count where a name holds a percent sign", () => {
    const odd = "Warning: Mailbox 50%25 mailbox_rename conflict: Can't rename mailbox to itself.";
    expect(isUnfinished(odd)).toBe(false);
    expect(isUnfinished(`${odd}\nWarning: Deleting mailbox 'a'`)).toBe(true);
  });
});
