import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints, queueIsEmpty } from "./container/administrator.ts";
import { openBrowser } from "./container/browser.ts";
import { type Container, startContainer } from "./container/container.ts";
import { offline } from "./container/filter-server.ts";
import { smtpSend, waitFor } from "./container/mail.ts";
import { filesOf, repeat, setUpMailServer } from "./container/mail-server.ts";
import { bringSignatures, scannerAnswers, virus } from "./container/scanner.ts";
import { debPath, rootCache } from "./places.ts";

const address = "https://192.0.2.1:980";
const john = "john@domain.org";
const nginxFile = "/etc/nginx/conf.d/mailwright.conf";

/** Named where the picture of the interface is to be made anew. */
const picture =
  process.env.MAILWRIGHT_E2E_PICTURES === undefined
    ? undefined
    : fileURLToPath(new URL("../../docs/web-interface.png", import.meta.url));

describe("D10 the web interface of Rspamd", () => {
  let container: Container;
  let browser: Browser | undefined;
  let secret = "";

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  /** Status and answer of a request from outside, and where it leads. */
  const get = async (path: string, ...options: string[]): Promise<string> => {
    const form = "%{http_code} %{redirect_url}";
    const argv = [
      "curl",
      "-sk",
      "-m",
      "20",
      "--path-as-is",
      "-o",
      "/dev/null",
      "-w",
      form,
      ...options,
      `${address}${path}`,
    ];
    return (await container.outside.run(argv)).stdout.trim();
  };
  const withPassword = (password: string): string[] => ["-H", `Password: ${password}`];

  beforeAll(async () => {
    container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
    await setUpMailServer(container);
    await bringSignatures(container);
    await type("config", "setprop", "clamd@rspamd", "status", "enabled");
    await type("config", "setprop", "rspamd", "VirusCheckStatus", "enabled");
    await type("signal-event", "nethserver-mail-filter-save");
    await scannerAnswers(container);
    secret = (await type("config", "getprop", "rspamd", "Password")).trim();
  });
  afterAll(async () => {
    await browser?.close();
    await container?.stop();
  });

  test("D10 from outside it needs the password, whatever a client says of itself, and shows nothing else", async () => {
    for (const path of [
      "/rspamd/stat",
      "/rspamd/history",
      "/rspamd/graph?type=day",
      "/rspamd/getmap?map=1",
    ]) {
      expect(`${path} ${await get(path)}`).toBe(`${path} 401`);
      expect(`${path} ${await get(path, ...withPassword("wrong"))}`).toBe(`${path} 401`);
      // What Rspamd brings until somebody sets another.
      expect(`${path} ${await get(path, ...withPassword("q1"))}`).toBe(`${path} 401`);
    }
    for (const name of ["X-Forwarded-For", "X-Real-IP", "X-Client-IP", "Forwarded"])
      for (const client of ["127.0.0.1", "::1", "for=127.0.0.1", "127.0.0.1, 127.0.0.1", "/run/rspamd.sock"])
        expect(`${name}: ${client} ${await get("/rspamd/stat", "-H", `${name}: ${client}`)}`).toBe(
          `${name}: ${client} 401`,
        );
    expect(secret).toBe((await type("config", "getprop", "rspamd", "Password")).trim());
    expect(await get("/rspamd/stat", ...withPassword(secret))).toBe("200");
    expect(await get("/rspamd/history", ...withPassword(secret))).toBe("200");
    expect(await get("/rspamd")).toBe(`301 ${address}/rspamd/`);
    for (const path of ["/", "/stat", "/rspamd.conf", "/rspamd/../stat", "/rspamd/%2e%2e/stat"])
      expect(`${path} ${await get(path, ...withPassword(secret))}`).toBe(`${path} 404`);
    expect(await get("/rspamd/..%2f..%2fetc/passwd")).toBe("400");
  });

  test("on this machine the controller asks everybody for the password, root and a daemon's user", async () => {
    const ask = async (...argv: string[]): Promise<string> => {
      const curl = ["curl", "-s", "-m", "5", "-o", "/dev/null", "-w", "%{http_code}"];
      return (await container.run(["setpriv", "--reuid=www-data", "--clear-groups", ...curl, ...argv]))
        .stdout;
    };
    for (const host of ["127.0.0.1", "[::1]"]) {
      for (const path of ["stat", "history", "checkv2", "learnspam", "learnham", "fuzzyadd", "saveactions"])
        expect(`${path} ${await ask("-d", "x", `http://${host}:11334/${path}`)}`).toBe(`${path} 401`);
      expect(await ask(...withPassword(secret), `http://${host}:11334/stat`)).toBe("200");
    }
    expect(
      (await container.run(["rspamc", "-h", "127.0.0.1:11334", "learn_spam"], { input: "x" })).exit,
    ).not.toBe(0);
  });

  test("the controller itself cannot be reached from outside, and nothing tells of versions", async () => {
    const direct = await container.outside.run(["curl", "-s", "-m", "5", "http://192.0.2.1:11334/stat"]);
    expect(direct.exit).toBe(7);
    const { stdout } = await container.outside.run(["curl", "-ski", "-m", "20", `${address}/`]);
    expect(stdout).toMatch(/^HTTP\/1\.1 404 /);
    expect(stdout).not.toMatch(/nginx\/|1\.22|Debian/);
  });

  test("D10 a browser logs in with the password of the database, and the history shows a message", async () => {
    const letter = { from: "anna@outside.example.net", to: [john] };
    await smtpSend(container, { ...letter, subject: "a bad letter", body: virus });
    await smtpSend(container, { ...letter, subject: "a friendly letter" });
    browser = await openBrowser(container);
    const open = async (): Promise<Page> => {
      const opened = await browser?.newPage({
        ignoreHTTPSErrors: true,
        viewport: { width: 1280, height: 800 },
      });
      if (opened === undefined) throw new Error("there is no browser");
      await opened.goto(`${address}/rspamd`);
      return opened;
    };
    const stranger = await open();
    expect(await logIn(stranger, "wrong")).toBe(401);
    expect(await stranger.locator("#connectPassword").isVisible()).toBe(true);
    expect(await stranger.evaluate("sessionStorage.getItem('Password')")).toBe(null);
    const page = await open();
    expect(await logIn(page, secret)).toBe(200);
    await page.locator("#history_nav").click();
    for (const [subject, verdict] of [
      ["a bad letter", "reject"],
      ["a friendly letter", "no action"],
    ] as const) {
      const row = page.locator("#historyTable_history tbody tr", { hasText: subject });
      await row.waitFor();
      const text = await row.innerText();
      for (const part of ["anna@outside.example.net", john, verdict]) expect(text).toContain(part);
    }
    expect(await page.locator(".alert-error").count()).toBe(0);
    if (picture !== undefined) await page.screenshot({ path: picture });
    await browser.close();
  });

  test("it shows the server's certificate, in the protocols of the policy", async () => {
    const ask = async (...options: string[]): Promise<string> => {
      const argv = [
        "openssl",
        "s_client",
        "-connect",
        "192.0.2.1:980",
        "-cipher",
        "DEFAULT@SECLEVEL=0",
        ...options,
      ];
      const { stdout, stderr } = await container.outside.run(argv, { input: "" });
      return stdout + stderr;
    };
    expect(await ask()).toMatch(/subject=CN = mail\.domain\.org/);
    expect(await ask("-tls1_1")).not.toMatch(/Cipher is [A-Z]+-/);
    await type("config", "setprop", "tls", "policy", "20181001");
    await type("signal-event", "tls-policy-save");
    await waitFor(async () => /Cipher is [A-Z]+-/.test(await ask("-tls1_1")));
    await type("config", "delprop", "tls", "policy");
    await type("signal-event", "tls-policy-save");
    await waitFor(async () => !/Cipher is [A-Z]+-/.test(await ask("-tls1_1")));

    const shown = async () => /BEGIN CERT[\s\S]*END CERT/.exec(await ask())?.[0];
    const before = await shown();
    await type("rm", "/var/lib/mailwright/self-signed.pem");
    await type("signal-event", "certificate-update");
    await waitFor(async () => ![before, undefined].includes(await shown()));
  });

  test("an nginx that the administrator has stopped stays so, and without nginx, or with the filter disabled, there is no file", async () => {
    await type("systemctl", "stop", "nginx");
    await type("config", "setprop", "rspamd", "status", "disabled");
    await type("signal-event", "nethserver-mail-filter-save");
    expect((await container.run(["test", "-e", nginxFile])).exit).toBe(1);
    await type("config", "delprop", "rspamd", "status");
    await type("mv", "/usr/sbin/nginx", "/usr/sbin/nginx.away");
    const without = await container.run(["signal-event", "nethserver-mail-filter-save"]);
    expect(without.exit).toBe(0);
    expect(without.stderr).toContain(`${nginxFile} is left out: there is no /usr/sbin/nginx`);
    await type("mv", "/usr/sbin/nginx.away", "/usr/sbin/nginx");
    await type("signal-event", "nethserver-mail-filter-save");
    expect((await container.run(["systemctl", "is-active", "nginx"])).stdout).toBe("inactive\n");
    await type("systemctl", "start", "nginx");
    await waitFor(async () => (await get("/rspamd/stat", ...withPassword(secret))) === "200", 30);
  });

  test("at the end nothing complains, and the event changes nothing", async () => {
    await apply(container);
    const before = await filesOf(container);
    await repeat(container, "nethserver-mail-filter-save");
    expect(await filesOf(container)).toBe(before);
    await queueIsEmpty(container);
    expect(await complaints(container, ...offline, /milter-reject: END-OF-MESSAGE/)).toEqual([]);
    const errors = await container.read("/var/log/nginx/error.log");
    expect(errors.split("\n").filter((line) => /\[(?:warn|error|crit|alert|emerg)\]/.test(line))).toEqual([]);
  });
});

/** Fills in the dialog and returns the status of the answer. */
async function logIn(page: Page, secret: string): Promise<number> {
  const answer = page.waitForResponse((response) => response.url().endsWith("/rspamd/auth"));
  await page.locator("#connectPassword").fill(secret);
  await page.locator("#connectButton").click();
  return (await answer).status();
}
