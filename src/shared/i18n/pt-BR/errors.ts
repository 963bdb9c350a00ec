export const errors = {
  'title-forbidden': 'Acesso não permitido',
  'title-not-found': 'Página não encontrada',
  'title-conflict': 'Não foi possível concluir',
  'title-unavailable': 'Serviço indisponível',
  'title-internal': 'Algo deu errado',
  'title-refused': 'Pedido recusado',
  forbidden: 'Seu perfil não tem permissão para abrir esta página. Peça acesso ao administrador.',
  'no-such-page': 'Esta página não existe ou foi removida.',
  'form-expired':
    'Esta página ficou aberta por muito tempo e o formulário perdeu a validade. Nada foi gravado: volte, recarregue a página e tente de novo.',
  'too-large': 'O que foi enviado é grande demais. Reduza o texto ou o arquivo e tente de novo.',
  unreadable: 'Não foi possível entender o endereço ou o que foi enviado. Confira e tente de novo.',
  internal: 'O sistema encontrou um erro e ele já foi registrado. Tente de novo em instantes.',
  'field-invalid': 'Este valor não é válido.',
  'field-required': 'Preencha este campo.',
  'field-too-long': 'Use no máximo {{maximum}} caracteres.',
  'name-taken': 'Já existe um cadastro com este valor.',
} as const;
