import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints } from "./container/administrator.ts";
import type { Container } from "./container/container.ts";
import { delivered, startDomainOrg } from "./container/domain-org.ts";
import { waitFor } from "./container/mail.ts";
import { repeat } from "./container/mail-server.ts";

const folder = "/etc/letsencrypt/live/mail.domain.org";
const bundle = "/etc/ssl/private/mailwright.pem";

/** What openssl(1) is asked to connect to, by a name for it. */
const doors: Readonly<Record<string, readonly string[]>> = {
  smtp: ["192.0.2.1:25", "-starttls", "smtp"],
  submission: ["192.0.2.1:587", "-starttls", "smtp"],
  submissions: ["192.0.2.1:465"],
  imap: ["192.0.2.1:143", "-starttls", "imap"],
};

describe("certificates and TLS", () => {
  let container: Container;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const sh = (program: string): Promise<string> => type("sh", "-ec", program);

  /** What openssl says of a connection; it ends as soon as the handshake is over. */
  async function handshake(door: string, ...options: string[]): Promise<string> {
    const argv = ["openssl", "s_client", "-showcerts", ...options, "-connect", ...(doors[door] ?? [])];
    const { stdout, stderr } = await container.outside.run(argv, { input: "QUIT\r\n" });
    return `${stdout}\n${stderr}`;
  }
  const isTaken = async (door: string, ...options: string[]): Promise<boolean> =>
    /^ {4}Cipher +: (?!0000)|^New, TLSv1\S*, Cipher is [^(]/m.test(await handshake(door, ...options));

  /** The common names of the certificates that a client is shown, the server's first. */
  async function shown(door: string): Promise<string[]> {
    const text = await handshake(door);
    return [...text.matchAll(/^ ?\d? ?s:.*CN = (.+)$/gm)].map(([, name = ""]) => name);
  }
  const everywhere = async (): Promise<string[][]> => Promise.all(Object.keys(doors).map(shown));
  const all = (...names: string[]): string[][] => Object.keys(doors).map(() => names);

  /** A certificate for the host from an intermediate authority, as ACME clients lay them down. */
  async function issue(serial: number): Promise<void> {
    await sh(`
      mkdir -p ${folder} /tmp/ca; cd /tmp/ca
      test -e ca.key || {
        openssl req -x509 -newkey rsa:2048 -nodes -days 99 -subj '/CN=Root' -keyout root.key -out root.pem
        openssl req -newkey rsa:2048 -nodes -subj '/CN=Between' -keyout ca.key -out ca.csr
        echo basicConstraints=critical,CA:TRUE >ca.ext
        openssl x509 -req -in ca.csr -CA root.pem -CAkey root.key -set_serial 1 -days 99 -extfile ca.ext -out ca.pem
      } 2>/dev/null
      openssl req -newkey rsa:2048 -nodes -subj '/CN=cert-${serial}' -keyout new.key -out new.csr 2>/dev/null
      openssl x509 -req -in new.csr -CA ca.pem -CAkey ca.key -set_serial ${serial} -days 90 -out new.pem 2>/dev/null
      cp new.key ${folder}/privkey.pem; cp new.pem ${folder}/cert.pem; cp ca.pem ${folder}/chain.pem
      cat new.pem ca.pem >${folder}/fullchain.pem`);
  }
  async function pki(crt: string, chain: string): Promise<void> {
    const files = ["CrtFile", `${folder}/${crt}`, "KeyFile", `${folder}/privkey.pem`, "ChainFile", chain];
    await type("config", "setprop", "pki", ...files);
    await type("signal-event", "certificate-update");
    await apply(container);
  }

  beforeAll(async () => {
    container = await startDomainOrg();
  });
  afterAll(() => container?.stop());

  test("without a certificate one for the host's name is made at the first update, and kept", async () => {
    expect(await everywhere()).toEqual(all("mail.domain.org"));
    expect(await type("stat", "-c", "%a %U:%G", bundle, "/var/lib/mailwright/self-signed.pem")).toBe(
      "600 root:root\n600 root:root\n",
    );
    const text = await type("openssl", "x509", "-in", bundle, "-noout", "-ext", "subjectAltName");
    expect(text).toContain("DNS:mail.domain.org");
    const before = await type("sha256sum", bundle);
    await type("signal-event", "certificate-update");
    await type("signal-event", "nethserver-mail-server-update");
    expect(await type("sha256sum", bundle)).toBe(before);
  });

  test("it is made anew when the host has another name", async () => {
    await type("config", "set", "SystemName", "post");
    await apply(container);
    await type("signal-event", "certificate-update");
    expect(await everywhere()).toEqual(all("post.domain.org"));
    await type("config", "delete", "SystemName");
    await apply(container);
  });

  test("CrtFile, KeyFile and ChainFile: all daemons show the chain, and a full chain does as well", async () => {
    await issue(101);
    await pki("cert.pem", `${folder}/chain.pem`);
    expect(await everywhere()).toEqual(all("cert-101", "Between"));
    await pki("fullchain.pem", "");
    expect(await everywhere()).toEqual(all("cert-101", "Between"));
    await pki("fullchain.pem", `${folder}/chain.pem`);
    expect(await everywhere()).toEqual(all("cert-101", "Between"));
  });

  test("a certificate that was renewed in its place is shown after certificate-update", async () => {
    await issue(102);
    expect(await everywhere()).toEqual(all("cert-101", "Between"));
    await type("signal-event", "certificate-update");
    expect(await everywhere()).toEqual(all("cert-102", "Between"));
    expect(await delivered(container, "john@domain.org")).toEqual(["john/INBOX"]);
    await apply(container);
  });

  test("a key of another certificate, or a file that is not there, is refused and nothing is touched", async () => {
    const before = await type("sha256sum", bundle);
    await sh(`openssl genrsa 2048 >${folder}/privkey.pem 2>/dev/null`);
    const other = await container.run(["signal-event", "certificate-update"]);
    expect(other.exit).toBe(1);
    expect(other.stderr).toContain("the first certificate is of another key");
    await type("rm", `${folder}/privkey.pem`);
    const gone = await container.run(["signal-event", "certificate-update"]);
    expect(gone.stderr).toContain(`there is no file ${folder}/privkey.pem`);
    expect(await type("sha256sum", bundle)).toBe(before);
    expect(await everywhere()).toEqual(all("cert-102", "Between"));
    await issue(103);
    expect((await container.run(["mailwright", "verify"])).exit).toBe(2);
    await type("signal-event", "certificate-update");
    await apply(container);
  });

  test("C1 TLS 1.2 or later; an old policy takes old clients, and an empty one is the newest", async () => {
    const old = ["-tls1", "-cipher", "ALL:@SECLEVEL=0"];
    const weak = ["-tls1_2", "-cipher", "AES128-SHA:@SECLEVEL=0"];
    const policy = async (name: string): Promise<void> => {
      await type("config", "setprop", "tls", "policy", name);
      await type("signal-event", "tls-policy-save");
      await waitFor(() => isTaken("imap", "-tls1_3"));
    };
    for (const door of Object.keys(doors)) {
      for (const version of ["-tls1_2", "-tls1_3"]) expect(await isTaken(door, version), door).toBe(true);
      expect(await isTaken(door, ...old), door).toBe(false);
    }
    for (const door of ["submission", "submissions", "imap"])
      expect(await isTaken(door, ...weak), door).toBe(false);
    for (const name of ["20180330", "20180621", "20181001"]) {
      await policy(name);
      for (const door of ["submission", "submissions", "imap"]) {
        expect(await isTaken(door, ...old), `${name} ${door}`).toBe(true);
        expect(await isTaken(door, ...weak), `${name} ${door}`).toBe(true);
      }
    }
    await policy("");
    for (const door of ["submission", "submissions", "imap"])
      expect(await isTaken(door, ...old), door).toBe(false);
    await apply(container);
  });

  test("the events again change nothing, and the daemons have nothing to complain of", async () => {
    await repeat(container, "certificate-update");
    await repeat(container, "tls-policy-save");
    await repeat(container, "nethserver-mail-server-update");
    const provoked =
      /TLS library problem|SSL_accept error|unsupported protocol|no shared cipher|SSL_accept\(\) failed/;
    expect(await complaints(container, provoked)).toEqual([]);
  });
});
