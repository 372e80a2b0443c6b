import { expect, it } from "vitest";
import { mailboxAccess } from "../../../src/mail/mailbox-access.ts";
import { someSettings } from "./some-settings.ts";

const access = (dovecot: Readonly<Record<string, string>>) =>
  mailboxAccess(someSettings({ configuration: { "dovecot service": dovecot } }));

it("a port is open that TCPPorts names and whose protocol is enabled", () => {
  expect(access({}).ports).toEqual({ imap: 143, imaps: 993, pop3: 110, pop3s: 995, sieve: 4190 });
  expect(access({ ImapStatus: "disabled" }).ports).toEqual({
    imap: 0,
    imaps: 0,
    pop3: 110,
    pop3s: 995,
    sieve: 4190,
  });
  expect(access({ PopStatus: "disabled", TCPPorts: "993,995" }).ports).toEqual({
    imap: 0,
    imaps: 993,
    pop3: 0,
    pop3s: 0,
    sieve: 0,
  });
  expect(Object.values(access({ TCPPorts: "" }).ports)).toEqual([0, 0, 0, 0, 0]);
});

it("clients are as many as processes of all kinds, never fewer than Dovecot's own number, and fit Debian's limit of files", () => {
  expect(access({ MaxProcesses: "10" })).toMatchObject({ processes: 10, clients: 1000 });
  expect(access({})).toMatchObject({ processes: 400, clients: 2000 });
  expect(access({ MaxProcesses: "10000" }).clients).toBeLessThan(65_535);
});

it("a user has five times as many connections from this machine", () => {
  expect(access({ MaxUserConnectionsPerIp: "7" })).toMatchObject({ connections: 7, localConnections: 35 });
});
