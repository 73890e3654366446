/**
 * The opening handshake, RFC 6455 section 4.1 over RFC 9112: the request, the reading of the answer, the
 * judgement of it.
 */
export { acceptFor, newKey, upgradeEncoder, type UpgradeRequest } from './upgrade-request.js';
export { HandshakeReader, type UpgradeResponse } from './upgrade-response.js';
export { checkUpgrade, type UpgradeRefusal } from './upgrade-check.js';
