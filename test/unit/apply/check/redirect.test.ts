import { describe, expect, it } from "vitest";
import { redirected, redirectedLink } from "../../../../src/apply/check/redirect.ts";

const redirects = [
  { from: "/etc/nginx", to: "/S/etc/nginx" },
  { from: "/srv/x.conf", to: "/S/srv/x.conf" },
];

function lead(text: string): string | undefined {
  const bytes = redirected(Buffer.from(text, "latin1"), redirects);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString("latin1");
}

describe("paths in configuration", () => {
  it("lead into the stage however the daemon writes them", () => {
    for (const [text, led] of [
      ["include /etc/nginx/conf.d/*.conf;", "include /S/etc/nginx/conf.d/*.conf;"],
      ["root /etc/nginx;", "root /S/etc/nginx;"],
      ["ssl_cert = </etc/nginx/a.pem", "ssl_cert = </S/etc/nginx/a.pem"],
      ["maps = regexp:/etc/nginx/a, pcre:/etc/nginx/b", "maps = regexp:/S/etc/nginx/a, pcre:/S/etc/nginx/b"],
      ['map = "file:///etc/nginx/map";', 'map = "file:///S/etc/nginx/map";'],
      ["/etc/nginx/a\n\n/srv/x.conf\n", "/S/etc/nginx/a\n\n/S/srv/x.conf\n"],
      ["\u00e9\u00ff /etc/nginx/a", "\u00e9\u00ff /S/etc/nginx/a"],
    ] as const)
      expect(lead(text), text).toBe(led);
  });

  it("of others stay, as comments do", () => {
    for (const text of [
      "include /usr/local/etc/nginx/x;",
      "include /etc/nginx-extra/x; include /etc/nginx.bak/x;",
      "include $prefix/etc/nginx/x;",
      "include /srv/x.conf.d/a;",
      "  # see /etc/nginx/x",
      "-- Made from the template of /etc/nginx/x",
    ])
      expect(lead(text), text).toBeUndefined();
  });

  it("stay in what is no text, or too much of it", () => {
    expect(lead("\0 /etc/nginx/x")).toBeUndefined();
    expect(lead(`/etc/nginx/x ${"x".repeat(1 << 20)}`)).toBeUndefined();
  });

  it("that are found are told", () => {
    const found: string[] = [];
    redirected(Buffer.from("/srv/x.conf # /etc/nginx"), redirects, (from) => found.push(from));
    expect(found).toEqual(["/srv/x.conf", "/etc/nginx"]);
  });
});

describe("a copied link", () => {
  const [tree = { from: "", to: "" }] = redirects;
  const lead = (link: string) =>
    redirectedLink(link, "/etc/nginx/sites-enabled", tree, (path) => `/root${path}`);

  it("within the tree leads into the stage", () => {
    expect(lead("/etc/nginx/sites-available/a")).toBe("/S/etc/nginx/sites-available/a");
    expect(lead("../sites-available/a")).toBeUndefined();
  });

  it("out of the tree leads to where it led", () => {
    expect(lead("/usr/share/a")).toBeUndefined();
    expect(lead("../../ssl/a")).toBe("/root/etc/ssl/a");
    expect(lead("/etc/nginx-extra/a")).toBeUndefined();
  });
});
