// Loads the web framework and the schemas: a face of its own, so that agents and `detect` do without them.
export { type Api } from '../server/api.ts';
export { hubApi, type HubServerOptions, listen, type Listening } from '../server/hub-server.ts';
