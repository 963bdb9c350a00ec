/**
 * The least a page with SIP.js can be: registers with the credentials that stand in the page, and takes calls. What the
 * agent's page is measured beside.
 */
import { Registerer, UserAgent } from 'sip.js';
import { type SoftphoneCredentials } from '../../src/shared/desk.js';

const text = document.getElementById('credentials')?.textContent ?? '';
const credentials = JSON.parse(text) as SoftphoneCredentials;
const uri = UserAgent.makeURI(credentials.uri);
if (uri === undefined) throw new Error(`not an address: ${credentials.uri}`);
const agent = new UserAgent({
  uri,
  authorizationUsername: credentials.authorizationUsername,
  authorizationPassword: credentials.authorizationPassword,
  logBuiltinEnabled: false,
  transportOptions: { server: new URL(credentials.server, location.href.replace('http', 'ws')).href },
  delegate: { onInvite: (invitation) => void invitation.accept() },
});
void agent.start().then(() => new Registerer(agent).register());
