const CPF_WEIGHTS = [
  [10, 9, 8, 7, 6, 5, 4, 3, 2],
  [11, 10, 9, 8, 7, 6, 5, 4, 3, 2],
] as const;
const CNPJ_WEIGHTS = [
  [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2],
  [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2],
] as const;

/** Modulo 11 with these weights; a rest below two gives zero. */
function checkDigit(digits: string, weights: readonly number[]): string {
  const sum = weights.reduce((total, weight, i) => total + weight * Number(digits[i]), 0);
  const rest = sum % 11;
  return String(rest < 2 ? 0 : 11 - rest);
}

function complete(base: string, [first, second]: readonly [readonly number[], readonly number[]]): string {
  const withFirst = base + checkDigit(base, first);
  return withFirst + checkDigit(withFirst, second);
}

/** A person's number (CPF) of nine chosen digits, with its two check digits. */
export const cpfOf = (base: string): string => complete(base, CPF_WEIGHTS);

/** A company's number (CNPJ) of twelve chosen digits, with its two check digits. */
export const cnpjOf = (base: string): string => complete(base, CNPJ_WEIGHTS);
