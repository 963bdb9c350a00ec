export const recordings = {
  // On the page of a call.
  title: 'Gravação',
  line: 'Gravada às {{time}}, {{duration}}',
  'line-running': 'Gravação iniciada às {{time}}',
  'running-note': 'A gravação ainda está em andamento.',
  'missing-note': 'O arquivo desta gravação não foi encontrado. Avise o administrador.',
  'deleted-note': 'Excluída em {{date}}, ao fim do prazo de guarda.',
  'pause-note': 'Pausada de {{from}} a {{until}}: neste trecho só há silêncio.',
  'play-note': 'Cada reprodução fica registrada na auditoria.',
  player: 'Ouvir: {{title}}',
  // On the agent's page.
  recording: 'Gravando',
  paused: 'Gravação pausada, volta em {{time}}',
  pause: 'Pausar gravação',
  resume: 'Retomar gravação',
  'pause-help': 'Use enquanto o cliente informa dados sigilosos. A gravação volta sozinha em 2 minutos.',
  'said-recording': 'A ligação está sendo gravada.',
  'said-paused': 'Gravação pausada.',
  // The settings.
  'settings-title': 'Gravações',
  'settings-intro': 'Quais ligações são gravadas e por quanto tempo são guardadas.',
  'cannot-record':
    'A central em uso não grava ligações. O que for escolhido aqui vale assim que uma central que grava for integrada.',
  retention: 'Prazo de guarda',
  'keep-days': 'Guardar gravações por (dias)',
  'keep-days-help':
    'Depois disso são excluídas, de hora em hora. As de um atendimento aberto ficam até ele ser finalizado.',
  'keep-records': 'Guardar ligações e atendimentos por (anos)',
  'keep-records-help': 'Os registros ainda não são excluídos automaticamente; o prazo é o que a operação assume.',
  queues: 'Filas',
  'queues-help': 'Avise na saudação da URA que a ligação poderá ser gravada.',
  queue: 'Fila',
  records: 'Gravar ligações',
  'agents-pause': 'Agente pode pausar',
  'records-of': 'Gravar as ligações da fila {{name}}',
  'agents-pause-of': 'Permitir que agentes pausem a gravação na fila {{name}}',
  'no-queues': 'Nenhuma fila em uso.',
  saved: 'Configuração de gravações salva.',
  'error.keep-days':
    'Informe {{minimum}} dias ou mais: o Decreto 11.034/2022 manda guardar as gravações por no mínimo {{minimum}} dias.',
  'error.keep-records':
    'Informe {{minimum}} anos ou mais: o Decreto 11.034/2022 manda guardar os registros por no mínimo {{minimum}} anos.',
  'error.may-not-pause': 'Nesta fila, a gravação não pode ser pausada.',
  'error.not-your-call': 'Esta ligação não está mais com você.',
  'error.not-there': 'Esta gravação não existe ou já foi excluída.',
  'error.file-missing': 'O arquivo desta gravação não foi encontrado. Avise o administrador.',
} as const;
