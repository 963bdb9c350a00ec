import { type Model, type ModelStatic, type Transaction } from 'sequelize';
import { StaleError } from '../errors.js';

/**
 * Changes a row only if it is still as it was when the form was drawn, and counts its version up. Throws `StaleError` when
 * somebody was faster. The caller has made sure that the row exists.
 */
export async function updateVersioned<Row extends Model>(
  model: ModelStatic<Row>,
  row: { readonly id: number; readonly version: number },
  changes: Readonly<Record<string, unknown>>,
  transaction: Transaction,
): Promise<void> {
  const [count] = await model.update(
    { ...changes, version: row.version + 1 },
    {
      where: { id: row.id, version: row.version } as never,
      transaction,
    },
  );
  if (count === 0) throw new StaleError();
}
