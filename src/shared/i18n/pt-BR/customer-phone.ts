export const customerPhone = {} as const;
