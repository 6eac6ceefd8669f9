// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.cli;

import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.rune.MadeRune;
import io.github.camellightning.node.rune.Restriction;
import io.github.camellightning.node.rune.Rune;
import io.github.camellightning.node.rune.Runes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes, restricts, lists, explains and revokes the runes of a node. Neither the secret nor a rune is ever an argument: other users can read those. */
@Command(
        name = "runes",
        description = "Makes, restricts, lists, explains and revokes the runes under which a node answers its peers.",
        mixinStandardHelpOptions = true,
        version = "runes of Camel Lightning",
        sortOptions = false,
        footer = {
            "",
            "A restriction is a field, a condition and a value, like method^list; alternatives are separated by |.",
            "Fields: method, id, time, rate, per, pnum, pname<name>, parr<index>, pinv<name>_amount|description|node.",
            "Conditions: ! missing, = equal, / unequal, ^ starts with, $ ends with, ~ contains, < less, > greater,",
            "{ sorts before, } sorts after, # comment. readonly stands for the restrictions of that name.",
            "Quote restrictions: most of these characters mean something to a shell."
        })
final class RunesCli implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    private RunesCli() {}

    public static void main(String[] args) {
        System.exit(commandLine(new RuneInput(System.in, System.getenv())).execute(args));
    }

    static CommandLine commandLine(RuneInput input) {
        return new CommandLine(new RunesCli())
                .addSubcommand(new Make(input))
                .addSubcommand(new Restrict(input))
                .addSubcommand(new ListAll(input))
                .addSubcommand(new Explain(input))
                .addSubcommand(new Revoke(input))
                .setExecutionExceptionHandler(RunesCli::fail);
    }

    /** In one line, and without a stack: what failed is told in words. */
    private static int fail(Exception failure, CommandLine commandLine, CommandLine.ParseResult parsed)
            throws Exception {
        if (failure instanceof LightningException || failure instanceof IOException) {
            commandLine.getErr().println(failure.getMessage());
            return commandLine.getCommandSpec().exitCodeOnExecutionException();
        }
        throw failure;
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "Name a command: make, restrict, list, explain or revoke");
        }
    }

    /** Where the secret is. */
    static final class RuneFile {

        @Option(
                names = {"-f", "--rune-file"},
                paramLabel = "FILE",
                description = "The file with the secret of the runes, the node's runeFile. Made where there is none."
                        + " Default: the environment's LIGHTNING_RUNE_FILE.")
        private @Nullable Path file;

        Runes open(RuneInput input, CommandSpec spec) {
            Path named = file == null ? input.runeFile() : file;
            if (named == null) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(), "Option --rune-file is missing, and LIGHTNING_RUNE_FILE is not set");
            }
            return new Runes(named);
        }
    }

    /** Where a rune comes from. */
    static final class GivenRune {

        @Option(
                names = {"-r", "--rune-from"},
                paramLabel = "FILE",
                description =
                        "A file with the rune; - is the standard input. Default: the environment's LIGHTNING_RUNE,"
                                + " else the standard input.")
        private @Nullable Path from;

        Rune read(RuneInput input) throws IOException {
            return Rune.parse(input.rune(from));
        }
    }

    /** What the commands share. */
    abstract static class RuneCommand implements Runnable {

        final RuneInput input;

        @Spec
        private @Nullable CommandSpec spec;

        RuneCommand(RuneInput input) {
            this.input = input;
        }

        final CommandSpec spec() {
            if (spec == null) {
                throw new IllegalStateException("picocli sets it");
            }
            return spec;
        }

        final void print(String line) {
            spec().commandLine().getOut().println(line);
            spec().commandLine().getOut().flush();
        }

        @Override
        public final void run() {
            try {
                perform();
            } catch (IOException failed) {
                throw new LightningException("A rune cannot be read: " + failed.getMessage(), failed);
            }
        }

        abstract void perform() throws IOException;
    }

    @Command(
            name = "make",
            description = "Prints a new rune. Without restrictions it allows everything.",
            mixinStandardHelpOptions = true)
    private static final class Make extends RuneCommand {

        @Mixin
        private final RuneFile runeFile = new RuneFile();

        @Parameters(paramLabel = "RESTRICTION", arity = "0..*", description = "All of them must be met.")
        private List<String> restrictions = List.of();

        Make(RuneInput input) {
            super(input);
        }

        @Override
        void perform() {
            try (Runes runes = runeFile.open(input, spec())) {
                print(runes.make(restrictions.toArray(new String[0])).encode());
            }
        }
    }

    @Command(
            name = "restrict",
            description = "Prints a rune that allows less than another. Needs no secret.",
            mixinStandardHelpOptions = true)
    private static final class Restrict extends RuneCommand {

        @Mixin
        private final GivenRune rune = new GivenRune();

        @Parameters(paramLabel = "RESTRICTION", arity = "1..*", description = "They must be met besides those it has.")
        private List<String> restrictions = List.of();

        Restrict(RuneInput input) {
            super(input);
        }

        @Override
        void perform() throws IOException {
            List<Restriction> added = Restriction.parseAll(restrictions.toArray(new String[0]));
            print(rune.read(input).restrict(added).encode());
        }
    }

    @Command(
            name = "list",
            description = "Prints the unique id of each rune that was made, when it was used last, and what it allows.",
            mixinStandardHelpOptions = true)
    private static final class ListAll extends RuneCommand {

        @Mixin
        private final RuneFile runeFile = new RuneFile();

        @Option(names = "--runes", description = "Print the runes themselves too.")
        private boolean withRunes;

        ListAll(RuneInput input) {
            super(input);
        }

        @Override
        void perform() {
            try (Runes runes = runeFile.open(input, spec())) {
                runes.list().forEach(made -> print(line(made)));
            }
        }

        private String line(MadeRune made) {
            String used = made.lastUsed() == null ? "never used" : "used " + made.lastUsed();
            return made.id() + (made.revoked() ? ", revoked, " : ", ") + used + ": " + allowed(made.rune())
                    + (withRunes ? "\n    " + made.rune().encode() : "");
        }
    }

    @Command(
            name = "explain",
            description = "Says what a rune allows. Whether it is one of the node's is not asked.",
            mixinStandardHelpOptions = true)
    private static final class Explain extends RuneCommand {

        @Mixin
        private final GivenRune rune = new GivenRune();

        Explain(RuneInput input) {
            super(input);
        }

        @Override
        void perform() throws IOException {
            Rune read = rune.read(input);
            print("unique id " + Escaped.controls(String.valueOf(read.uniqueId())) + ": " + allowed(read));
        }
    }

    @Command(
            name = "revoke",
            description = "Revokes a rune, or a range of them, and all that were derived from them, for good.",
            mixinStandardHelpOptions = true)
    private static final class Revoke extends RuneCommand {

        @Mixin
        private final RuneFile runeFile = new RuneFile();

        @Parameters(index = "0", paramLabel = "FIRST", description = "A unique id.")
        private long first;

        @Parameters(index = "1", paramLabel = "LAST", arity = "0..1", description = "The last of a range.")
        private @Nullable Long last;

        Revoke(RuneInput input) {
            super(input);
        }

        @Override
        void perform() {
            try (Runes runes = runeFile.open(input, spec())) {
                runes.revoke(first, last == null ? first : last);
            }
        }
    }

    private static String allowed(Rune rune) {
        return rune.restrictions().isEmpty() ? "allows everything" : rune.english();
    }
}
