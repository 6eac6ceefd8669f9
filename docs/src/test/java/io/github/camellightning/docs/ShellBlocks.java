// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What a shell is to run: its syntax is the shell's, modules and properties that it names are in the build, main classes exist. A program that the build does
 * not have is not run.
 */
final class ShellBlocks {

    private static final Pattern MODULE = Pattern.compile("-pl (\\S+)");
    private static final Pattern PROPERTY = Pattern.compile("-D(?!test=|it\\.test=|surefire)([\\w.-]+)=");
    private static final Pattern MAIN = Pattern.compile("java -cp \\S+ ([\\w.]+)");
    private static final Pattern PLACEHOLDER = Pattern.compile("<[a-z ]+>");

    void check(CodeBlock block) throws Exception {
        String text = PLACEHOLDER.matcher(block.text()).replaceAll("placeholder");
        Programs.check(new CodeBlock(block.page(), block.line(), "sh", text), "sh", "-n");
        for (String line : text.lines().toList()) {
            if (line.startsWith("./mvnw")) {
                isOfTheBuild(line);
            }
            for (MatchResult main : matches(MAIN, line)) {
                assertThat(Class.forName(main.group(1)).getMethod("main", String[].class))
                        .isNotNull();
            }
        }
    }

    private static void isOfTheBuild(String line) throws Exception {
        String poms = Files.readString(Page.ROOT.resolve("pom.xml"));
        for (MatchResult module : matches(MODULE, line)) {
            Path pom = Page.ROOT.resolve(module.group(1)).resolve("pom.xml");
            assertThat(pom).exists();
            poms += Files.readString(pom);
            if (line.contains("exec:exec")) {
                assertThat(poms).as("an example that runs").contains("<exec.skip>false</exec.skip>");
            }
        }
        for (MatchResult property : matches(PROPERTY, line)) {
            assertThat(poms).contains("<" + property.group(1));
        }
    }

    private static List<MatchResult> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList();
    }
}
