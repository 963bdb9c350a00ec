import { type asterisk as source } from '../pt-BR/asterisk.js';
import { type Translation } from '../translation.js';

export const asterisk: Translation<typeof source> = {
  unavailable: 'The exchange does not answer. Try again in a moment.',
  'refused-by-exchange': 'The exchange refused the command: {{reason}}.',
  'fixed-member':
    'Extension {{extension}} is a fixed member of the queue {{queue}} in Asterisk and cannot leave it. Remove the "member" line from queues.conf.',
  'no-clear-password':
    'Asterisk keeps only a hash of the password of extension {{extension}}, and the softphone needs the password. Use auth_type=userpass.',
  'no-password':
    'Asterisk did not give the password of extension {{extension}}. Check its "auth" section in pjsip.conf.',
  'phone-out-of-reach': 'The softphone of extension {{extension}} could not be dropped by Asterisk ({{reason}}).',
  'test-skipped': 'Not looked at, because an earlier step failed.',
  'test-reachable': 'Asterisk answers at {{host}}:{{port}} (AMI {{version}}).',
  'test-unreachable': 'Nothing answers at {{host}}:{{port}} ({{reason}}).',
  'remedy-unreachable':
    'Check the address and the port, that Asterisk runs, that manager.conf says "enabled=yes", and the firewall.',
  'test-tls': 'The encrypted connection to {{host}}:{{port}} was not accepted ({{reason}}).',
  'remedy-tls':
    'Use the TLS port of AMI (5039) and a certificate that is valid for that name, or switch the check of the certificate off.',
  'test-not-ami': 'What answers at {{host}}:{{port}} is not the AMI of an Asterisk ({{reason}}).',
  'remedy-not-ami': 'Check the port: 5038 without TLS, 5039 with TLS, unless manager.conf says another.',
  'test-silent': 'Asterisk stopped answering ({{reason}}).',
  'test-closed': 'Asterisk closed the connection ({{reason}}).',
  'remedy-silent': 'Look into the log of Asterisk and test again.',
  'test-refused': 'Asterisk refused the question ({{reason}}).',
  'test-authenticated': 'The user "{{username}}" signed in.',
  'test-login': 'Asterisk did not accept the user "{{username}}" with that password.',
  'remedy-login':
    'Check user and secret in manager.conf, and that "permit" includes the address of this server. Then: manager reload.',
  'test-no-events': 'The user "{{username}}" signed in, but gets no events.',
  'remedy-no-events': 'Give it read=system,call,agent in manager.conf, then manager reload.',
  'test-permitted': 'The user "{{username}}" has all permissions.',
  'test-not-permitted': 'The user "{{username}}" may not: {{actions}}.',
  'remedy-permitted':
    'Give it write=system,call,agent,originate,reporting,config in manager.conf, then manager reload.',
  'test-version': 'Asterisk {{version}}.',
  'test-version-unknown': 'Asterisk {{version}}: this version has not been tried.',
  'remedy-version': 'Use Asterisk 20 or 22 (LTS), or try it out before you rely on it.',
  'test-queues': '{{count}} queue(s): {{queues}}.',
  'test-no-dialplan': 'The dialplan has no context "citrus-queue".',
  'remedy-dialplan': 'Include deploy/asterisk/citrus-voz.extensions.conf in extensions.conf, then dialplan reload.',
  'test-no-queues': 'Asterisk has no queues.',
  'remedy-no-queues': 'Make the queues in queues.conf; there is a template in deploy/asterisk/citrus-voz.queues.conf.',
  'test-fixed-members': 'There are fixed members in the queues: {{queues}}.',
  'remedy-fixed-members':
    'Remove the "member" lines from queues.conf: agents cannot log out of a queue in which they are fixed.',
  'test-queues-without-number': 'Queues without a number in the context "{{context}}": {{queues}}.',
  'remedy-queues-without-number':
    'Give each queue an extension in that context, or correct the context in the settings. citrus-voz.extensions.conf has the template.',
  'test-extensions': '{{count}} extension(s) ready for the softphone.',
  'test-no-extensions': 'No extension can be used by the softphone.',
  'remedy-no-extensions': 'Make them in pjsip.conf; there is a template in deploy/asterisk/citrus-voz.pjsip.conf.',
  'test-not-webrtc': 'Extensions without webrtc=yes: {{extensions}}.',
  'remedy-not-webrtc':
    'Put webrtc=yes into these extensions in pjsip.conf, or leave them to telephones of other people.',
  'test-hashed': 'Extensions of whose password Asterisk keeps only a hash: {{extensions}}.',
  'remedy-hashed': 'Use auth_type=userpass for these extensions; the softphone needs the password.',
  'test-no-trunk': 'The trunk "{{trunk}}" does not exist in pjsip.conf.',
  'remedy-no-trunk': 'Check the name of the trunk; without it there are no outbound calls.',
  'test-softphone': 'The address of the softphone answers: {{url}}.',
  'test-softphone-address': 'The address of the softphone is not valid: {{url}}.',
  'remedy-softphone-address': 'Write it like wss://pbx.example.com:8089/ws.',
  'test-softphone-unreachable': 'The address of the softphone does not answer: {{url}} ({{reason}}).',
  'remedy-softphone-unreachable':
    'Check the address, http.conf (enabled=yes, port) and the firewall. It must answer the browsers of the agents too.',
  'test-softphone-certificate':
    'The certificate of the address of the softphone was not accepted: {{url}} ({{reason}}).',
  'remedy-softphone-certificate': 'Use a certificate that browsers trust, valid for that name.',
  'test-softphone-no-websocket': 'What answers at {{url}} is not a WebSocket ({{reason}}).',
  'remedy-softphone-no-websocket':
    'The path usually is /ws; load res_http_websocket and res_pjsip_transport_websocket.',
  'test-softphone-no-sip': 'The WebSocket at {{url}} does not speak SIP.',
  'remedy-softphone-no-sip': 'Load res_pjsip_transport_websocket and check the "ws" transport in pjsip.conf.',
  'test-softphone-plain': 'The address of the softphone answers without encryption: {{url}}.',
  'remedy-softphone-plain': 'Use wss://. A page over HTTPS may not open ws://.',
  'test-clock': 'Difference of the clocks: {{seconds}} s.',
  'test-clock-off': 'The clock of Asterisk differs from that of this server by {{seconds}} s.',
  'test-no-clock': 'Asterisk did not say what time it is.',
  'remedy-clock': 'Synchronise both servers by NTP.',
  'test-round-trip': 'Question and answer in {{milliseconds, number}} ms.',
  'test-round-trip-slow': 'Question and answer in {{milliseconds, number}} ms: the network to Asterisk is slow.',
  'remedy-round-trip': 'Put the application nearer to Asterisk, or look for the cause in the network.',
};
