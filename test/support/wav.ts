/** The sound of a file of 16 bit PCM, one channel, as numbers between -1 and 1. A length its head does not know yet is read to the end. */
export function readWav(file: Buffer): { readonly samples: Float64Array; readonly rate: number } {
  const data = file.indexOf('data', 12, 'latin1');
  if (file.toString('latin1', 0, 4) !== 'RIFF' || data < 0) throw new Error('not a WAV file');
  const samples = new Float64Array(Math.floor((file.length - data - 8) / 2));
  for (let n = 0; n < samples.length; n += 1) samples[n] = file.readInt16LE(data + 8 + 2 * n) / 32_768;
  return { samples, rate: file.readUInt32LE(24) };
}

/** How strong one frequency is in some sound (Goertzel): the mean square of that tone alone. */
export function powerOf(samples: Float64Array, hertz: number, rate: number): number {
  const omega = (2 * Math.PI * hertz) / rate;
  const coefficient = 2 * Math.cos(omega);
  let [before, last] = [0, 0];
  for (const sample of samples) [before, last] = [last, sample + coefficient * last - before];
  const energy = last * last + before * before - coefficient * last * before;
  return (2 * energy) / samples.length ** 2;
}
