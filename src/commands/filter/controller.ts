/** The port of Rspamd's controller, which worker-controller.inc has listen on 127.0.0.1: it scans and learns. */
export const controllerPort = 11334;
