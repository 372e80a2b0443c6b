import packageJson from "../../package.json" with { type: "json" };
import { cataloguePage } from "./catalogue-page.ts";
import { configPage, dbPage } from "./database-pages.ts";
import { eventsPage } from "./events-page.ts";
import { expandTemplatePage } from "./expand-template-page.ts";
import { filterPage } from "./filter-page.ts";
import { flowPage } from "./flow-page.ts";
import { mailwrightPage } from "./mailwright-page.ts";
import { peoplePage } from "./people-page.ts";
import { remotePage } from "./remote-page.ts";
import { roffPage } from "./roff.ts";
import { signalEventPage } from "./signal-event-page.ts";
import { templatePage } from "./template-page.ts";

/** All manual pages, as file name and roff text. */
export function renderPages(): ReadonlyMap<string, string> {
  const pages = [
    mailwrightPage(),
    peoplePage(),
    filterPage(),
    remotePage(),
    flowPage(),
    configPage(),
    dbPage(),
    signalEventPage(),
    expandTemplatePage(),
    templatePage(),
    eventsPage(),
    cataloguePage(),
  ];
  return new Map(pages.map((page) => [`${page.name}.${page.section}`, roffPage(page, packageJson.version)]));
}
