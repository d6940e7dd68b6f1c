# Prints what fish offers for each of the given lines, without descriptions; candidates parted by |.
source (ispy completion fish | psub)
for line in $argv
    set -l candidates (complete -C $line | string replace -r '\t.*' '')
    echo (string join -- '|' $candidates)
end
