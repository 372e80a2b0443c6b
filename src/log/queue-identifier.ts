/** postconf(5), enable_long_queue_ids: hexadecimal digits, or the longer form without vowels; for a regular expression. */
export const queueIdentifier = "[0-9A-F]{5,}|[0-9BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz]{10,20}";

/** What `mailwright fetch` calls a message, and has Rspamd log as its queue identifier; for a regular expression. */
export const fetchMark = "[0-9a-f]{32}";

const queueIdAlone = new RegExp(`^(?:${queueIdentifier})$`);
const markAlone = new RegExp(`^${fetchMark}$`);

/** Whether it is the mark of a fetched message. */
export const isMark = (text: string): boolean => markAlone.test(text);

/** Whether it is Postfix's name of a message, or the mark of a fetched one. */
export const isQueueId = (text: string): boolean => queueIdAlone.test(text) || isMark(text);
