# Prints what bash would offer for each of the given lines, as it calls the completion function; candidates parted by |.
source <(ispy completion bash)
for COMP_LINE; do
  COMP_POINT=${#COMP_LINE} COMPREPLY=()
  _ispy
  (IFS='|' && printf '%s\n' "${COMPREPLY[*]}")
done
complete -p ispy
