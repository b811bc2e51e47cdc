# Runs one broker for the process that holds the other end of standard input. Arguments: the port of epmd, the folder to
# remove when the owner dies (or nothing), the launcher, and the command that enters the broker's world (may be empty).
port=$1 made=$2 launcher=$3
shift 3

# Sessions of their own: one signal reaches all that the launcher starts, and a Ctrl-C in the owner's terminal reaches none.
setsid "$@" epmd -port "$port" -address 127.0.0.1 </dev/null &
epmd=$!
setsid "$@" "$launcher" </dev/null &
server=$!

# The lifeline. The kernel closes it when the owner ends, however it ends, so a broker never outlives its owner.
exec 3<&0
(
    while read -r word; do
        case $word in
        stop) kill -s TERM "$server" ;;
        kill) kill -s KILL -- "-$server" ;;
        esac
    done
    trap '' TERM
    kill -s KILL -- "-$server"
    exit 7
) <&3 2>/dev/null &
lifeline=$!
exec 3<&-

wait "$server"
status=$?
kill -s KILL "$epmd" 2>/dev/null
kill -s TERM "$lifeline" 2>/dev/null
wait "$lifeline"
[ $? -eq 7 ] && [ -n "$made" ] && rm -rf -- "$made"
exit "$status"
