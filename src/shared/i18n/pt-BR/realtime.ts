export const realtime = {
  'unknown-command': 'Esta página pediu algo que o servidor não conhece. Recarregue a página.',
  'bad-payload': 'O pedido desta página não pôde ser lido. Recarregue a página e tente de novo.',
  forbidden: 'Seu perfil não tem permissão para isto.',
  internal: 'Algo deu errado do nosso lado. Tente de novo; se continuar, avise o administrador.',
  'no-extension': 'Você ainda não está associado a um usuário do Unity. Peça ao administrador que faça a associação.',
  'phone-elsewhere': 'O softphone está aberto em outra página. Use “Usar aqui” para trazê-lo para esta.',
} as const;
