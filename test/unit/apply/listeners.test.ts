import { describe, expect, it } from "vitest";
import { findListeners, listenersIn, parseAddress, servicePorts } from "../../../src/apply/listeners.ts";
import { TemplateLibrary } from "../../../src/template/library.ts";
import { Machine } from "./harness.ts";

const services = servicePorts("smtp 25/tcp mail\nsubmission 587/tcp\ndomain 53/udp\n");

describe("servicePorts", () => {
  it("knows names and aliases of TCP, and passes over comments, UDP and empty lines", () => {
    const text = [
      "# Network services",
      "",
      "smtp\t\t25/tcp\t\tmail # Simple Mail Transfer",
      "domain 53/tcp",
      "domain 53/udp nameserver",
      "submissions 465/tcp ssmtp smtps urd",
      "#old 99/tcp",
      "broken",
      "odd tcp/25",
    ].join("\n");
    expect([...servicePorts(text)]).toEqual([
      ["smtp", 25],
      ["mail", 25],
      ["domain", 53],
      ["submissions", 465],
      ["ssmtp", 465],
      ["smtps", 465],
      ["urd", 465],
    ]);
  });

  it("of an empty file knows none", () => {
    expect(servicePorts("").size).toBe(0);
  });
});

describe("parseAddress", () => {
  it.each([
    ["25", undefined, 25],
    ["smtp", undefined, 25],
    ["mail", undefined, 25],
    ["127.0.0.1:10025", "127.0.0.1", 10025],
    ["127.0.0.1:smtp", "127.0.0.1", 25],
    ["localhost:11332", "localhost", 11332],
    ["[::1]:25", "::1", 25],
    ["::1:25", "::1", 25],
    ["[2001:db8::5]:submission", "2001:db8::5", 587],
    ["*:11332", undefined, 11332],
    [":11332", undefined, 11332],
  ])("%s", (token, host, port) => {
    expect(parseAddress(token, services)).toEqual({ host, port });
  });

  it.each([
    ["0", "port 0 listens nowhere"],
    ["127.0.0.1:0", "nor on an address"],
    ["/run/dovecot/lmtp", "a socket in the file system"],
    ["private/smtp", "one below the queue"],
    ["domain", "a name that is not of TCP"],
    ["gopher", "a name that is not known"],
    ["", "nothing"],
    ["25 ", "a blank"],
    ["unix:/run/socket", "a socket behind a word"],
  ])("%j is no address: %s", (token) => {
    expect(parseAddress(token, services)).toBeUndefined();
  });
});

describe("listenersIn", () => {
  it("finds the first group of the pattern in each line, with the line's number", () => {
    const text = "# smtp inet n\nsmtp inet n - y\npickup unix n\n127.0.0.1:10025 inet n\nsubmission inet n\n";
    expect(listenersIn(text, "^(\\S+)\\s+inet\\s", services)).toEqual([
      { host: undefined, port: 25, line: 2 },
      { host: "127.0.0.1", port: 10025, line: 4 },
      { host: undefined, port: 587, line: 5 },
    ]);
  });

  it("finds none where the pattern fits and what it finds is no port", () => {
    expect(listenersIn("port = 0\nport = none\n", "^port = (\\S+)$", services)).toEqual([]);
    expect(listenersIn("port 25\n", "^port \\d+$", services)).toEqual([]);
  });
});

describe("findListeners", () => {
  function machine(): Machine {
    const made = new Machine();
    made.put("/etc/services", "smtp 25/tcp\n");
    made.template(
      "/etc/postfix/master.cf",
      "smtp inet n\n",
      "services: [postfix]\nlistens: '^(\\S+) inet '\n",
    );
    made.template(
      "/etc/dovecot/dovecot.conf",
      "port = 143\n",
      "services: [dovecot]\nlistens: '^port = (\\d+)'\n",
    );
    made.template("/etc/other", "port = 99\n", "services: [postfix]\n");
    made.event("go", "templates: [/etc/postfix/master.cf, /etc/dovecot/dovecot.conf, /etc/other]\n");
    return made;
  }

  const found = (made: Machine, ...units: string[]) =>
    findListeners(
      made.system,
      made.paths,
      new TemplateLibrary(made.system.files, made.paths),
      made.ledger.managedFiles().values(),
      new Set(units),
    );

  it("reads the made files of these units, as they stand on the disk", async () => {
    const made = machine();
    await made.apply("go");
    made.put("/etc/dovecot/dovecot.conf", "port = 143\nport = 993\n");
    expect(await found(made, "dovecot")).toEqual([
      { unit: "dovecot", path: "/etc/dovecot/dovecot.conf", host: undefined, port: 143, line: 1 },
      { unit: "dovecot", path: "/etc/dovecot/dovecot.conf", host: undefined, port: 993, line: 2 },
    ]);
    expect((await found(made, "postfix", "dovecot")).map(({ port }) => port).sort()).toEqual([143, 25, 993]);
    expect(await found(made)).toEqual([]);
  });

  it("passes over files that are gone, and templates that are gone or broken", async () => {
    const made = machine();
    await made.apply("go");
    made.volume.unlinkSync("/etc/postfix/master.cf");
    made.put("/usr/share/mailwright/templates/etc/dovecot/dovecot.conf/template.yaml", "syntax: nonsense\n");
    expect(await found(made, "postfix", "dovecot")).toEqual([]);
  });
});
