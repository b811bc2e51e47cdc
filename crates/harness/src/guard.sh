# Runs one program for the process that holds the other end of standard input. Arguments: the folder to remove when that
# process ends before the program (or nothing), and the program with its arguments. Each line on standard input is the name
# of a signal to send.
made=$1
shift

# A session of its own: one signal reaches all that the program starts, and a Ctrl-C in the owner's terminal reaches none.
setsid "$@" </dev/null &
child=$!

# Until `setsid` has run there is no group with the program's id.
kill_all() { kill -s KILL -- "-$child" || kill -s KILL "$child"; }

# The kernel closes standard input when the owner ends, however it ends, so the program never outlives its owner.
exec 3<&0
(
    while read -r signal; do
        case $signal in
        KILL) kill_all ;;
        *) kill -s "$signal" "$child" ;;
        esac
    done
    trap '' TERM
    kill_all
    exit 7
) <&3 2>/dev/null &
lifeline=$!
exec 3<&-

wait "$child"
status=$?
# The log is the program's: the shell's own word about the end of the lifeline does not belong in it.
exec 2>/dev/null
kill -s TERM "$lifeline"
wait "$lifeline"
[ $? -eq 7 ] && [ -n "$made" ] && rm -rf -- "$made"
exit "$status"
