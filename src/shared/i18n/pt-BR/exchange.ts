export const exchange = {
  'unknown-extension': 'A central não conhece o ramal {{extension}}.',
  'unknown-queue': 'A central não conhece a fila {{queue}}.',
  'not-a-member': 'O ramal {{extension}} não pertence à fila {{queue}}.',
  'unknown-number': 'A central não conhece o número {{number}}.',
  'unknown-call': 'A central não conhece essa ligação.',
  'phone-not-registered': 'O softphone do ramal {{extension}} não está registrado.',
  'extension-busy': 'O ramal {{extension}} já está em uma ligação.',
  'not-in-call': 'O ramal {{extension}} não está em uma ligação que permita isso agora.',
  'not-running': 'A central não está em funcionamento.',
  'not-offered': 'A central em uso não oferece isso.',
} as const;
