# Types each of the given lines with a tab behind it into an interactive zsh, and prints what stands on the line then.
folder=${0:A:h}
zmodload zsh/zpty
export TERM=dumb
zpty inner zsh -d -f -i
# Blocks until the inner shell has printed something like this; it is in REPLY.
read_until() {
  local text
  zpty -r inner text "*$1*"
  REPLY=$text
}
zpty -w inner "source ${(q)folder}/zsh-inner.zsh"
read_until 'READY> '
for line; do
  # Tab, the widget `report`, and the line is cleared.
  zpty -n -w inner "$line"$'\t\x1d\x15'
  read_until 'LINE<*>'
  text=${REPLY##*LINE<}
  print -r -- "${text%%>*}"
done
zpty -d inner
