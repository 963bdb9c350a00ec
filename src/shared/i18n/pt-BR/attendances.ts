export const attendances = {
  'not-found': 'Este atendimento não existe.',
  'not-yours': 'Este atendimento é de outra pessoa.',
  finished: 'Este atendimento já foi finalizado e não pode mais ser alterado.',
} as const;
