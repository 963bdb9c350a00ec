/** The words for what an agent is doing, the same on every screen. */
export const statusWords = {
  'status.offline': 'Fora de turno',
  'status.unreachable': 'Inacessível',
  'status.available': 'Disponível',
  'status.reserved': 'Reservado',
  'status.offered': 'Chamando',
  'status.dialling': 'Discando',
  'status.talking': 'Em ligação',
  'status.on-hold': 'Em espera',
  'status.wrap-up': 'Pós-atendimento',
  'status.paused': 'Em pausa',
} as const;
