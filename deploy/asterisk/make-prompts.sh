#!/usr/bin/env bash
# Makes the URA's prompts with espeak-ng (Brazilian Portuguese) and sox: 8 kHz, mono, 16 bit, as telephone lines carry.
#
#   sudo deploy/asterisk/make-prompts.sh [FOLDER]
#
# FOLDER is where Asterisk looks for them, by default /usr/share/asterisk/sounds/pt_BR/citrus-voz. The texts stand in
# prompts.pt-BR.txt beside this script (PROMPTS names another file). A recording of a person under the same name, made
# before, is left alone unless its text here changes: put it there after the first run. Run again it does nothing.
set -euo pipefail

folder="${1:-/usr/share/asterisk/sounds/pt_BR/citrus-voz}"
texts="${PROMPTS:-$(dirname "${BASH_SOURCE[0]}")/prompts.pt-BR.txt}"
# Part of each file's mark: changing how they are made makes them anew.
voice=(-v pt-br -s 150 -g 4)
shape='silence 1 0.01 0.5% reverse silence 1 0.01 0.5% reverse rate 8000 channels 1 norm -3 pad 0.05 0.1'

say() { printf 'prompts: %s\n' "$*"; }
fail() {
  printf 'prompts: %s\n' "$*" >&2
  exit 1
}

for command in espeak-ng sox; do
  command -v "$command" >/dev/null || fail "$command is missing; get it with \"apt-get install espeak-ng sox\""
done
[ -r "$texts" ] || fail "there is no $texts"
mkdir -p "$folder"
# Two that run at once would write into the same files.
exec 8>"$folder/.lock"
flock 8

made=0
while IFS='|' read -r name text; do
  case "$name" in '' | \#*) continue ;; esac
  [[ "$name" =~ ^[a-z0-9-]+$ ]] || fail "not a name of a file: $name"
  [ -n "$text" ] || fail "$name has no text"
  mark="$(printf '%s|%s|%s' "${voice[*]}" "$shape" "$text" | sha256sum | cut -c 1-32)"
  if [ -s "$folder/$name.wav" ] && [ "$(cat "$folder/.$name.mark" 2>/dev/null)" = "$mark" ]; then continue; fi
  # A call that plays it meanwhile never finds half a file.
  espeak-ng "${voice[@]}" --stdout -- "$text" |
    # shellcheck disable=SC2086 # the shape is several words
    sox -q -t wav - -t wav -e signed-integer -b 16 "$folder/.$name.part" $shape
  chmod 644 "$folder/.$name.part"
  mv "$folder/.$name.part" "$folder/$name.wav"
  printf '%s' "$mark" >"$folder/.$name.mark"
  made=$((made + 1))
done <"$texts"
say "$made made, the others were there; in $folder"
