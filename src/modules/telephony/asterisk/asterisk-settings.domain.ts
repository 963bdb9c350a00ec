import { type SoftphoneCredentials } from '../../../shared/desk.js';

/** What has to be known of an Asterisk to work with it: the fields of "Configurações de integração com o UNITY". */
export interface AsteriskSettings {
  /** Of the manager interface (AMI). */
  readonly host: string;
  /** Of the manager interface; 5038 by default, 5039 with TLS. */
  readonly port: number;
  readonly tls: boolean;
  /** Whether the certificate of the manager interface must be valid for `host`. */
  readonly tlsVerify: boolean;
  readonly username: string;
  /** Clear text; never logged, never sent to a browser. */
  readonly secret: string;
  /** Where pages register: `ws:` or `wss:`, with the path (`wss://pbx.example.com:8089/ws`). */
  readonly softphoneUrl: string;
  /** The dialplan context in which queues answer to the numbers that agents and customers dial. */
  readonly agentContext: string;
  /** The PJSIP endpoint that carries outbound calls. */
  readonly trunk: string;
  /** Put before the number of an outbound call; often empty. */
  readonly outboundPrefix: string;
  /** What a dialled customer sees; empty to leave it to the trunk. */
  readonly callerNumber: string;
  readonly iceServers: SoftphoneCredentials['iceServers'];
}
