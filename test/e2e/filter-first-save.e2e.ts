import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply } from "./container/administrator.ts";
import { type Container, startContainer } from "./container/container.ts";
import { mainPid, reply, waitFor, XJS } from "./container/mail.ts";
import { debPath, rootCache } from "./places.ts";

describe("Rspamd as its package has started it", () => {
  let container: Container;
  const type = (...argv: string[]): Promise<string> => container.must(argv);

  beforeAll(async () => {
    container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
    await type("config", "set", "DomainName", "domain.org");
    await type("config", "setprop", "clamd@rspamd", "status", "disabled");
    await type("config", "setprop", "rspamd", "VirusCheckStatus", "disabled");
    await type("signal-event", "nethserver-mail-server-update");
  });
  afterAll(() => container?.stop());

  test("takes our files by a reload, in its first moment, when the filter's settings are saved before it was set up", async () => {
    await type("systemctl", "restart", "rspamd");
    const pid = await mainPid(container, "rspamd");
    expect(pid).toBeGreaterThan(0);
    await type("signal-event", "nethserver-mail-filter-save");
    expect(await mainPid(container, "rspamd")).toBe(pid);
    await waitFor(async () => /^END 554 /.test(await reply(container, "root@domain.org", { body: XJS })), 60);
    await apply(container);
  });
});
