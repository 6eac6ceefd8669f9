// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of the project, in AsciiDoc or Markdown. */
record Page(Path file, String text) {

    /** The project's folder. */
    static final Path ROOT =
            Path.of(System.getProperty("docs.root")).toAbsolutePath().normalize();

    /** Where the rendered pages are. */
    static final Path HTML = Path.of(System.getProperty("docs.html"));

    private static final Pattern ASCIIDOC_SOURCE = Pattern.compile("\\[source(?:,\\s*([\\w-]+))?.*]");
    private static final Pattern MARKDOWN_FENCE = Pattern.compile("```(\\w*)");

    static List<Page> all() {
        var pages = new ArrayList<Page>();
        pages.addAll(in(ROOT, "*.md"));
        pages.addAll(in(ROOT.resolve("docs"), "*.{adoc,md}"));
        for (Path example : folders(ROOT.resolve("examples"))) {
            pages.addAll(in(example, "*.{adoc,md}"));
        }
        return pages;
    }

    static Page of(String path) {
        return read(ROOT.resolve(path));
    }

    private static Page read(Path file) {
        try {
            return new Page(file, Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Page> in(Path folder, String glob) {
        try (var files = Files.newDirectoryStream(folder, glob)) {
            var pages = new ArrayList<Page>();
            files.forEach(file -> pages.add(read(file)));
            return pages;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> folders(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From the project's folder. */
    String name() {
        return ROOT.relativize(file).toString();
    }

    boolean isAsciiDoc() {
        return file.toString().endsWith(".adoc");
    }

    List<CodeBlock> codeBlocks() {
        return isAsciiDoc() ? asciiDocBlocks() : markdownBlocks();
    }

    /** Between lines of {@code ----}, whether or not one above says of which language it is. */
    private List<CodeBlock> asciiDocBlocks() {
        var blocks = new ArrayList<CodeBlock>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).equals("----")) {
                int end = i + 1 + lines.subList(i + 1, lines.size()).indexOf("----");
                Matcher source = ASCIIDOC_SOURCE.matcher(i == 0 ? "" : lines.get(i - 1));
                String language = source.matches() && source.group(1) != null ? source.group(1) : "";
                blocks.add(new CodeBlock(this, i + 1, language, String.join("\n", lines.subList(i + 1, end)) + "\n"));
                i = end;
            }
        }
        return blocks;
    }

    private List<CodeBlock> markdownBlocks() {
        var blocks = new ArrayList<CodeBlock>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            Matcher fence = MARKDOWN_FENCE.matcher(lines.get(i));
            if (fence.matches()) {
                int end = i + 1 + lines.subList(i + 1, lines.size()).indexOf("```");
                blocks.add(new CodeBlock(
                        this, i + 1, fence.group(1), String.join("\n", lines.subList(i + 1, end)) + "\n"));
                i = end;
            }
        }
        return blocks;
    }

    @Override
    public String toString() {
        return name();
    }
}
