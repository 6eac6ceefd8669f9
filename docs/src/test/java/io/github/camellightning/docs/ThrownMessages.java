// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** What exceptions of the code say, read from its sources: … stands where a value is put in. */
final class ThrownMessages {

    static final String VALUE = "…";

    /** @param exception its simple name */
    record Thrown(String source, String exception, String message) {}

    private ThrownMessages() {}

    /** Of each exception whose message, its first argument, has any words of its own. */
    static List<Thrown> in(List<Path> sources) {
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            var task = (JavacTask)
                    compiler.getTask(null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources));
            List<Thrown> thrown = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                String source =
                        Path.of(unit.getSourceFile().getName()).getFileName().toString();
                unit.accept(new Scanner(source, thrown), null);
            }
            return thrown;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Scanner extends TreeScanner<Void, Void> {

        private final String source;
        private final List<Thrown> thrown;

        Scanner(String source, List<Thrown> thrown) {
            this.source = source;
            this.thrown = thrown;
        }

        @Override
        public Void visitNewClass(NewClassTree made, Void nothing) {
            String type = made.getIdentifier().toString();
            if (type.endsWith("Exception") && !made.getArguments().isEmpty()) {
                texts(made.getArguments().get(0))
                        .filter(text -> !text.replace(VALUE, "").isBlank())
                        .forEach(text -> thrown.add(new Thrown(source, type, text)));
            }
            return super.visitNewClass(made, nothing);
        }
    }

    /** All that an expression may come to. */
    private static Stream<String> texts(ExpressionTree expression) {
        if (expression instanceof LiteralTree literal && literal.getValue() instanceof String text) {
            return Stream.of(text);
        }
        if (expression instanceof ParenthesizedTree inBrackets) {
            return texts(inBrackets.getExpression());
        }
        if (expression instanceof ConditionalExpressionTree choice) {
            return Stream.concat(texts(choice.getTrueExpression()), texts(choice.getFalseExpression()));
        }
        if (expression instanceof BinaryTree sum && sum.getKind() == Tree.Kind.PLUS) {
            List<String> right = texts(sum.getRightOperand()).toList();
            return texts(sum.getLeftOperand()).flatMap(left -> right.stream().map(left::concat));
        }
        return Stream.of(VALUE);
    }
}
