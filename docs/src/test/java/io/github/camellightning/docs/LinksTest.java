// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each link of a page leads to a page, a file of the project, a place in one, or is a proper address elsewhere. */
class LinksTest {

    private static final Pattern HTML_LINK = Pattern.compile("<a [^>]*href=\"([^\"]*)\"");
    private static final Pattern HTML_ID = Pattern.compile("<[^>]* id=\"([^\"]*)\"");
    private static final Pattern MARKDOWN_LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern MARKDOWN_HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern FENCED = Pattern.compile("(?s)```.*?```|`[^`\n]*`");

    private final Map<Path, Set<String>> anchors = new HashMap<>();

    @Test
    void everyPageInAsciiDocIsRendered() throws IOException {
        try (Stream<Path> files = Files.list(Page.HTML)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".html")))
                    .containsExactlyInAnyOrderElementsOf(Page.all().stream()
                            .filter(page -> page.file().getParent().endsWith("docs"))
                            .filter(Page::isAsciiDoc)
                            .map(page -> page.file().getFileName().toString().replace(".adoc", ".html"))
                            .toList());
        }
    }

    @Test
    void everyLinkOfARenderedPageLeadsSomewhere() throws IOException {
        var broken = new ArrayList<String>();
        try (Stream<Path> files = Files.list(Page.HTML)) {
            for (Path page :
                    files.filter(file -> file.toString().endsWith(".html")).toList()) {
                broken.addAll(broken(page, HTML_LINK, Files.readString(page)));
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void everyLinkOfAMarkdownPageLeadsSomewhere() {
        var broken = new ArrayList<String>();
        Page.all().stream()
                .filter(page -> !page.isAsciiDoc())
                .forEach(page -> broken.addAll(broken(
                        page.file(), MARKDOWN_LINK, FENCED.matcher(page.text()).replaceAll(""))));
        assertThat(broken).isEmpty();
    }

    @Test
    void everyPageIsInTheIndex() {
        String index = Page.of("docs/index.adoc").text();
        assertThat(Page.all())
                .filteredOn(page -> page.file().getParent().endsWith("docs"))
                .extracting(page -> page.file().getFileName().toString())
                .filteredOn(name -> !name.equals("index.adoc"))
                .allSatisfy(name -> assertThat(index).contains(name));
    }

    private List<String> broken(Path page, Pattern link, String text) {
        return link.matcher(text)
                .results()
                .map(found -> found.group(1))
                .filter(target -> !leadsSomewhere(page, target))
                .map(target -> Page.ROOT.relativize(page) + " -> " + target)
                .toList();
    }

    private boolean leadsSomewhere(Path page, String target) {
        if (target.startsWith("http:") || target.startsWith("https:")) {
            return isAddress(target);
        }
        int hash = target.indexOf('#');
        String file = hash < 0 ? target : target.substring(0, hash);
        String anchor = hash < 0 ? "" : target.substring(hash + 1);
        Path there = file.isEmpty() ? page : page.resolveSibling(file).normalize();
        return Files.exists(there)
                && there.startsWith(Page.ROOT)
                && (anchor.isEmpty() || anchors(there).contains(anchor));
    }

    private static boolean isAddress(String target) {
        try {
            return URI.create(target.replace("&amp;", "&")).getHost() != null;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private Set<String> anchors(Path file) {
        return anchors.computeIfAbsent(file, LinksTest::anchorsOf);
    }

    private static Set<String> anchorsOf(Path file) {
        String name = file.getFileName().toString();
        if (name.endsWith(".adoc")) {
            return anchorsOf(Page.HTML.resolve(name.replace(".adoc", ".html")));
        }
        try {
            String text = Files.readString(file);
            return name.endsWith(".html")
                    ? HTML_ID.matcher(text).results().map(id -> id.group(1)).collect(Collectors.toSet())
                    : slugs(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As code hosts make them of headings. */
    private static Set<String> slugs(String markdown) {
        var slugs = new TreeSet<String>();
        for (MatchResult heading : MARKDOWN_HEADING.matcher(markdown).results().toList()) {
            slugs.add(heading.group(1)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\w\\- ]", "")
                    .replace(' ', '-'));
        }
        return slugs;
    }
}
