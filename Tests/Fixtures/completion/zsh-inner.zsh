# What the interactive zsh of zsh.zsh begins with.
PS1='READY> '
autoload -Uz compinit && compinit -u -D
source <(ispy completion zsh)
report() { print -r -- "LINE<$BUFFER>" }
zle -N report
bindkey '^]' report
