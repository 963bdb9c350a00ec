export const attendances = {
  'not-found': 'Este atendimento não existe.',
  'not-yours': 'Este atendimento é de outra pessoa.',
  finished: 'Este atendimento já foi finalizado e não pode mais ser alterado.',
  'handed-over': 'Este atendimento foi transferido para outra pessoa. O que você digitou continua nesta página.',
  'not-finished': 'Só um atendimento finalizado pode ser reaberto.',
  confidential: 'Confidencial',
  'outcome-required': 'Escolha o desfecho antes de finalizar.',
  'reason-retired': 'Esta opção não está mais disponível. Escolha outra.',
  'state.open': 'Aberto',
  'state.finished': 'Finalizado',
  'state.abandoned': 'Abandonado',
  'too-late': 'Você só pode reabrir seus atendimentos no mesmo dia. Peça a um supervisor.',
} as const;
