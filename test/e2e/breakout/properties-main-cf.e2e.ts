import { asked, force, valuesGoThrough } from "./properties.ts";

valuesGoThrough([
  {
    title: "postfix HeloHost in main.cf",
    event: "nethserver-mail-common-save",
    store: (value) => [...force, "setprop", "postfix", "HeloHost", value],
    file: "/etc/postfix/main.cf",
    takes: (value) => value !== "",
    read: (container) => asked(container, "parameters", "smtp_helo_name"),
  },
  {
    title: "SystemName in main.cf",
    event: "nethserver-mail-server-update",
    store: (value) => [...force, "set", "SystemName", value],
    file: "/etc/postfix/main.cf",
    read: (container) => asked(container, "parameters", "myhostname"),
    expected: (value) => `${value}.domain.org`,
  },
]);
