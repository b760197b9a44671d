// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/screen_image.h"
#include "emulator/devices/text_page.h"

#include <QTest>

using namespace bootglass;

class TestTextPage : public QObject {
    Q_OBJECT
  private slots:
    void charactersBecomeUtf8_data() {
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("text");
        QTest::newRow("nothing is a blank") << 0x00 << " ";
        QTest::newRow("smiley") << 0x01 << QStringLiteral("☺");
        QTest::newRow("blank") << 0x20 << " ";
        QTest::newRow("A") << 0x41 << "A";
        QTest::newRow("house") << 0x7F << QStringLiteral("⌂");
        QTest::newRow("C cedilla") << 0x80 << QStringLiteral("Ç");
        QTest::newRow("peseta") << 0x9E << QStringLiteral("₧");
        QTest::newRow("light shade") << 0xB0 << QStringLiteral("░");
        QTest::newRow("vertical line") << 0xB3 << QStringLiteral("│");
        QTest::newRow("double corner") << 0xC9 << QStringLiteral("╔");
        QTest::newRow("full block") << 0xDB << QStringLiteral("█");
        QTest::newRow("sharp s") << 0xE1 << QStringLiteral("ß");
        QTest::newRow("square") << 0xFE << QStringLiteral("■");
        QTest::newRow("no-break space") << 0xFF << QString(QChar(0xA0));
    }
    void charactersBecomeUtf8() {
        QFETCH(int, code);
        std::string_view bytes = utf8FromCp437(static_cast<uint8_t>(code));
        QTEST(QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size())), "text");
    }

    void rowsLoseTheirBlanksAtTheEndOnly() {
        TextPage screen;
        screen.columns = 4;
        screen.rows = 3;
        for (char c : std::string_view(" a   b\xFF       "))
            if (screen.cells.size() < 12) screen.cells.push_back({static_cast<uint8_t>(c), 7});
        QCOMPARE(screen.row(0), std::string(" a"));
        QCOMPARE(screen.row(1), std::string(" b"));
        QCOMPARE(screen.row(2), std::string());
        QCOMPARE(screen.row(3), std::string()); // no such row
        QCOMPARE(screen.utf8(), std::string(" a\n b\n\n"));
        QCOMPARE(screen.at(1, 0), (TextCell{'a', 7}));
    }

    void imagesStartBlackAndAreRowByRow() {
        ScreenImage image(3, 2);
        QCOMPARE(image.pixels, std::vector<uint32_t>(6));
        image.at(1, 1) = 0xABCDEF;
        QCOMPARE(image.pixels[4], 0xABCDEFU);
    }
};

QTEST_APPLESS_MAIN(TestTextPage)
#include "tst_text_page.moc"
